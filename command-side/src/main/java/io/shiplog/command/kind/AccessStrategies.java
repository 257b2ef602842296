package io.shiplog.command.kind;

import com.fasterxml.jackson.databind.node.ObjectNode;

/** Roles and bindings. */
final class AccessStrategies {
    private static final String GROUP = "rbac.authorization.k8s.io";

    private AccessStrategies() {}

    static final class OfRole implements KindStrategy {}

    static final class OfBinding implements KindStrategy {
        @Override
        public void setDefaults(ObjectNode binding) {
            Trees.defaultText(Trees.object(binding, "roleRef"), "apiGroup", GROUP);
            for (ObjectNode subject : Trees.objects(binding, "subjects")) {
                if (Trees.oneOf(Trees.text(subject, "kind"), "User", "Group")) {
                    Trees.defaultText(subject, "apiGroup", GROUP);
                }
            }
        }
    }
}
