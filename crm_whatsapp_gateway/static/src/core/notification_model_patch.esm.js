import {Notification} from "@mail/core/common/notification_model";
import {_t} from "@web/core/l10n/translation";
import {deserializeDateTime} from "@web/core/l10n/dates";
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
const TIMES = {
    whatsapp_sent_at: _t("Sent"),
    whatsapp_delivered_at: _t("Delivered"),
    whatsapp_read_at: _t("Read"),
    whatsapp_failed_at: _t("Failed"),
};

patch(Notification.prototype, {
    get whatsappLook() {
        return STATES[this.whatsapp_state];
    },
    /** When it got where, a line each; then why it failed or waits, and what to do. */
    get whatsappTitle() {
        const lines = Object.entries(TIMES)
            .filter(([name]) => this[name])
            .map(([name, label]) => {
                const at = deserializeDateTime(this[name]);
                return `${label}: ${at.toLocaleString(luxon.DateTime.DATETIME_MED)}`;
            });
        if (!lines.length) {
            lines.push(String(this.whatsappLook.title));
        }
        if (this.whatsapp_failure) {
            lines.push(this.whatsapp_failure);
        }
        return lines.join("\n");
    },
    get icon() {
        return this.whatsappLook?.icon || super.icon;
    },
    get label() {
        return this.whatsappLook ? this.whatsappLook.label : super.label;
    },
    get statusIcon() {
        return this.whatsappLook?.icon || super.statusIcon;
    },
    get statusTitle() {
        return this.whatsappLook ? this.whatsappTitle : super.statusTitle;
    },
});
