import {Thread} from "@mail/core/common/thread";
import {patch} from "@web/core/utils/patch";

patch(Thread.prototype, {
    // A message below another one of the same author loses its heading, and with it
    // its ticks: each of ours shows its own.
    isSquashed(message) {
        const all = message.notification_ids || message.notifications || [];
        if (all.some((notification) => notification.whatsapp_state)) {
            return false;
        }
        return super.isSquashed(...arguments);
    },
});
