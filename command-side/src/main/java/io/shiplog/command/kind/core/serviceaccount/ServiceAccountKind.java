package io.shiplog.command.kind.core.serviceaccount;

import static io.shiplog.command.kind.Trees.text;
import static io.shiplog.events.kind.MetaColumns.text;

import io.shiplog.command.kind.Kind;
import io.shiplog.events.kind.Column;
import io.shiplog.events.kind.KindDescription;
import io.shiplog.events.kind.MetaColumns;
import io.shiplog.events.kind.Scope;
import java.util.List;

/** ServiceAccounts. */
public final class ServiceAccountKind implements Kind {
    private static final List<Column> COLUMNS = List.of(
            MetaColumns.NAME,
            text(
                    "Secrets",
                    "Secrets is a list of the secrets in the same namespace that pods running using this ServiceAccount are"
                            + " allowed to use.",
                    (account, now) -> account.path("secrets").size()),
            MetaColumns.AGE);

    @Override
    public KindDescription description() {
        return KindDescription.draft("", "v1", "ServiceAccount", "serviceaccounts", Scope.NAMESPACED)
                .columns(COLUMNS)
                .shortNames("sa")
                .subresources("token")
                .done();
    }

    @Override
    public boolean hasGeneration() {
        return false;
    }
}
