package io.shiplog.command.kind.core.serviceaccount;

import io.shiplog.command.kind.Kind;
import io.shiplog.events.kind.KindDescription;
import io.shiplog.events.kind.MetaColumns;
import io.shiplog.events.kind.Scope;
import java.util.List;

/** ServiceAccounts. */
public final class ServiceAccountKind implements Kind {
    @Override
    public KindDescription description() {
        return KindDescription.draft("", "v1", "ServiceAccount", "serviceaccounts", Scope.NAMESPACED)
                .columns(List.of(MetaColumns.NAME, MetaColumns.AGE))
                .shortNames("sa")
                .subresources("token")
                .done();
    }

    @Override
    public boolean hasGeneration() {
        return false;
    }
}
