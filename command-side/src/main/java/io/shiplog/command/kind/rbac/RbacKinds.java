package io.shiplog.command.kind.rbac;

import io.shiplog.command.kind.Kind;
import java.util.List;

/** The kinds of {@code rbac.authorization.k8s.io}. */
public final class RbacKinds {
    private RbacKinds() {}

    /** All of them. */
    public static List<Kind> all() {
        return List.of(new RoleKind(true), new RoleBindingKind(true), new RoleKind(false), new RoleBindingKind(false));
    }
}
