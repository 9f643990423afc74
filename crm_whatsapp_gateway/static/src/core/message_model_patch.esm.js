import {Message} from "@mail/core/common/message_model";
import {patch} from "@web/core/utils/patch";

patch(Message.prototype, {
    // OCA builds this address with a function that 19.0 no longer exports, which
    // breaks every message that is linked to a document.
    get resUrl() {
        const document = this.gateway_thread_data;
        return document?.model ? `/odoo/${document.model}/${document.id}` : super.resUrl;
    },
});
