import {useComponent, useEffect} from "@odoo/owl";
import {WhatsappLeadPanel} from "./lead_panel.esm";
import {_t} from "@web/core/l10n/translation";
import {
    registerThreadAction,
    threadActionsRegistry,
} from "@mail/core/common/thread_actions";

// Where a panel's component stands: 19.0 has this function and another name, and
// makes of the former name a button.
const PANEL = registerThreadAction ? "actionPanelComponent" : "component";

function isWhatsapp(thread) {
    return (
        thread?.model === "discuss.channel" &&
        thread.channel_type === "gateway" &&
        (thread.gateway?.type || "whatsapp") === "whatsapp"
    );
}

// 18.0 hands the component that shows the conversation, 19.0 an object that has it.
function ownerOf(given) {
    return given.owner || given;
}

threadActionsRegistry.add("whatsapp-lead", {
    [PANEL]: WhatsappLeadPanel,
    condition(given) {
        const owner = ownerOf(given);
        return (
            isWhatsapp(given.thread || owner.thread) &&
            !owner.isDiscussSidebarChannelActions &&
            (!owner.props.chatWindow || owner.props.chatWindow.isOpen)
        );
    },
    icon: "fa fa-fw fa-star",
    iconLarge: "fa fa-fw fa-lg fa-star",
    name: _t("Lead"),
    // In a conversation that fills the screen the panel is open from the start.
    setup(given) {
        const owner = useComponent();
        const action = given.action || given;
        useEffect(
            (thread) => {
                if (
                    isWhatsapp(thread) &&
                    !owner.props.chatWindow &&
                    !owner.isDiscussSidebarChannelActions &&
                    owner.ui &&
                    !owner.ui.isSmall
                ) {
                    // After 19.0 has opened its list of members.
                    Promise.resolve().then(() => action.open());
                }
            },
            () => [owner.thread]
        );
    },
    sequence: 1,
    sequenceGroup: 10,
    toggle: true,
});
