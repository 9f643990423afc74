import {Message} from "@mail/core/common/message_model";
import {patch} from "@web/core/utils/patch";

patch(Message.prototype, {
    // OCA builds this address with a function that 19.0 no longer exports, which
    // breaks every message that is linked to a document.
    get resUrl() {
        const document = this.gateway_thread_data;
        return document?.model ? `/odoo/${document.model}/${document.id}` : super.resUrl;
    },
    // OCA hides "Edit" and "Delete" on every gateway's message. One that waits follows
    // its edit; for one that left the server says that WhatsApp cannot take it back.
    get editable() {
        const all = this.notification_ids || this.notifications || [];
        const isOurs = all.some((notification) => notification.whatsapp_state);
        if (!isOurs) {
            return super.editable;
        }
        return this.allowsEdition && this.message_type === "comment" && !this.isEmpty;
    },
});
