"""The media store: upload, descriptor, download, delete."""

import base64
import hashlib
from urllib.parse import urlencode

from ..accounts.business import Link
from ..clock import Clock
from ..entities import Json, Media
from ..errors import Refused, unknown_object
from ..ids import IdSource
from ..settings import DAY, Settings
from ..world import World
from . import media_rules

URL_LIFE = 300
UPLOAD_LIFE = 30 * DAY
WEBHOOK_LIFE = 7 * DAY
#: Meta keeps what it fetched, by exact address.
LINK_LIFE = 600
DOWNLOAD_PATH = "/whatsapp_business/attachments/"


class MediaStore:
    """Bytes with an id and an expiry."""

    def __init__(
        self, world: World, clock: Clock, ids: IdSource, settings: Settings
    ) -> None:
        self._world = world
        self._clock = clock
        self._ids = ids
        self._settings = settings

    def upload(
        self, number_id: str, content: bytes, mime_type: str, filename: str | None
    ) -> Media:
        """Store what a business uploads.  Refused (100) on type or size."""
        known = media_rules.bare(mime_type) in media_rules.ALL_TYPES
        if not known and not self._settings.any_document_type:
            raise Refused(
                100,
                message="(#100) Param file must be a file with one of the following "
                f"types: {', '.join(media_rules.ALL_TYPES)}. Received file of type "
                f"'{mime_type}'.",
            )
        limit = media_rules.size_limit(mime_type)
        if not 0 < len(content) <= limit:
            raise Refused(
                100,
                message="(#100) Param file must be a file of 1 to "
                f"{limit} bytes. Received {len(content)} bytes.",
            )
        return self._store(number_id, number_id, content, mime_type, filename)

    def receive(
        self,
        number_id: str,
        person: str,
        content: bytes,
        mime_type: str,
        filename: str | None,
    ) -> Media:
        """Store what a customer sends; lives seven days."""
        return self._store(number_id, person, content, mime_type, filename)

    def _store(
        self,
        number_id: str,
        person: str,
        content: bytes,
        mime_type: str,
        filename: str | None,
    ) -> Media:
        now = self._clock.now()
        life = UPLOAD_LIFE if person == number_id else WEBHOOK_LIFE
        media = Media(
            self._ids.digits("media", number_id, person),
            number_id,
            content,
            mime_type,
            hashlib.sha256(content).digest(),
            now,
            now + life,
            filename,
        )
        self._world.store_media(media, self._settings.max_media_bytes)
        return media

    def fetched(self, number_id: str, url: str, content: bytes, mime_type: str) -> None:
        """Keep what an address gave: ten minutes by address, the bytes longer."""
        name = url.partition("?")[0].rstrip("/").rpartition("/")[2] or "file"
        media = self._store(number_id, number_id, content, mime_type, name)
        self._keep_link(Link(url, self._clock.now(), media_id=media.id))

    def not_fetched(self, url: str, error: str) -> None:
        """Keep why an address gave nothing; the next message tries it again."""
        self._keep_link(Link(url, self._clock.now() - LINK_LIFE, error=error))

    def _keep_link(self, link: Link) -> None:
        self._world.business.links[link.url] = link

    def link(self, url: str) -> Link | None:
        """The last outcome of an address."""
        return self._world.business.links.get(url)

    def is_fresh(self, url: str) -> bool:
        """Whether an address needs no fetching now."""
        link = self.link(url)
        return (
            link is not None
            and link.media_id in self._world.media
            and link.at > self._clock.now() - LINK_LIFE
        )

    def get(self, media_id: str, number_id: str | None = None) -> Media:
        """A live medium.  Refused (100/33) when unknown, expired, another number's."""
        media = self._world.media.get(media_id)
        if media is None or media.expires <= self._clock.now():
            raise unknown_object(media_id)
        if number_id is not None and number_id != media.number_id:
            raise unknown_object(media_id)
        return media

    def delete(self, media_id: str) -> None:
        """Forget a medium.  Refused (100/33) when unknown."""
        del self._world.media[self.get(media_id).id]

    def hash_of(self, media: Media) -> str:
        """The hash as the descriptor writes it: base64, or hex by switch."""
        if self._settings.sha256_encoding == "hex":
            return media.sha256.hex()
        return base64.b64encode(media.sha256).decode()

    def url(
        self, media: Media, base: str | None = None, source: str = "getMedia"
    ) -> str:
        """A download address, good for five minutes."""
        expiry = str(int(self._clock.now()) + URL_LIFE)
        query = {
            "mid": media.id,
            "source": source,
            "ext": expiry,
            "hash": self._ids.signature("download", media.id, expiry),
        }
        return f"{base or self._settings.media_base}{DOWNLOAD_PATH}?{urlencode(query)}"

    def descriptor(self, media: Media, base: str | None = None) -> Json:
        """The answer to ``GET /{media_id}``."""
        size = len(media.content)
        return {
            "messaging_product": "whatsapp",
            "url": self.url(media, base),
            "mime_type": media.mime_type,
            "sha256": self.hash_of(media),
            "file_size": str(size) if self._settings.file_size_as_string else size,
            "id": media.id,
        }

    def download(self, media_id: str, expiry: str, signature: str) -> Media | None:
        """The bytes behind an address; None when it is wrong or too old (404)."""
        media = self._world.media.get(media_id)
        if media is None or not expiry.isdigit() or int(expiry) < self._clock.now():
            return None
        if signature != self._ids.signature("download", media_id, expiry):
            return None
        return media
