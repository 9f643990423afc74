import {Notification} from "@mail/core/common/notification_model";
import {_t} from "@web/core/l10n/translation";
import {patch} from "@web/core/utils/patch";

// What the state of a WhatsApp message looks like, as people know it from the phone.
const STATES = {
    queued: {icon: "fa fa-clock-o", label: "", title: _t("Queued")},
    sent: {icon: "fa fa-whatsapp", label: "\u2713", title: _t("Sent")},
    delivered: {icon: "fa fa-whatsapp", label: "\u2713\u2713", title: _t("Delivered")},
    read: {
        icon: "fa fa-whatsapp text-info",
        label: "\u2713\u2713",
        title: _t("Read"),
    },
    failed: {
        icon: "fa fa-exclamation-circle text-danger",
        label: "",
        title: _t("Failed"),
    },
};

patch(Notification.prototype, {
    get whatsappLook() {
        return STATES[this.whatsapp_state];
    },
    get icon() {
        return this.whatsappLook?.icon || super.icon;
    },
    get label() {
        return this.whatsappLook ? this.whatsappLook.label : super.label;
    },
    get statusTitle() {
        return this.whatsappLook
            ? this.whatsapp_failure || this.whatsappLook.title
            : super.statusTitle;
    },
});
