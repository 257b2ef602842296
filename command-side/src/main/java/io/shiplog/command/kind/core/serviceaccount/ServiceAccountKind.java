package io.shiplog.command.kind.core.serviceaccount;

import static io.shiplog.command.kind.Trees.text;

import io.shiplog.command.kind.Kind;
import io.shiplog.events.kind.KindDescription;
import io.shiplog.events.kind.Scope;

/** ServiceAccounts. */
public final class ServiceAccountKind implements Kind {
    @Override
    public KindDescription description() {
        return KindDescription.draft("", "v1", "ServiceAccount", "serviceaccounts", Scope.NAMESPACED)
                .shortNames("sa")
                .subresources("token")
                .done();
    }

    @Override
    public boolean hasGeneration() {
        return false;
    }
}
