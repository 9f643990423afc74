import {Message} from "@mail/core/common/message";
import {patch} from "@web/core/utils/patch";

patch(Message.prototype, {
    // The two series name the notifications of a message differently.
    get whatsappNotification() {
        const {message} = this;
        const all = message.notification_ids || message.notifications || [];
        return all.find((notification) => notification.whatsapp_state);
    },
    get whatsappTitle() {
        return this.whatsappNotification?.whatsappTitle;
    },
    /** 18.0 offers to send an e-mail again; here the reason says what to do. */
    onClickFailure(ev) {
        if (this.whatsappNotification) {
            this.popover.open(ev.target, {message: this.message});
            return;
        }
        super.onClickFailure(...arguments);
    },
});
