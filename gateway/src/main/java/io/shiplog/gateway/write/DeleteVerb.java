package io.shiplog.gateway.write;

import com.fasterxml.jackson.core.JsonPointer;
import io.shiplog.events.command.Command.DeleteObject;
import io.shiplog.events.command.CommandResult.Accepted;
import io.shiplog.events.object.ObjectKey;
import io.shiplog.gateway.http.Exchange;
import io.shiplog.gateway.http.RequestBody;
import io.shiplog.gateway.http.StatusBody;
import io.shiplog.gateway.view.Form;
import io.shiplog.gateway.view.ServedKind;
import java.util.List;
import java.util.Set;

/**
 * {@code DELETE …/{name}}.
 *
 * @see <a href="https://github.com/kubernetes/apiserver/blob/master/pkg/endpoints/handlers/delete.go">delete.go</a>
 */
public final class DeleteVerb {
    /** Kinds whose deletion returns the object; all others return a Status once the object is gone. */
    private static final Set<String> OBJECT_RETURNED = Set.of(
            "csidrivers",
            "csinodes",
            "customresourcedefinitions",
            "deviceclasses",
            "namespaces",
            "persistentvolumeclaims",
            "persistentvolumes",
            "pods",
            "podtemplates",
            "resourceclaims",
            "resourceclaimtemplates",
            "resourcequotas",
            "resourceslices",
            "serviceaccounts",
            "services",
            "storageclasses",
            "volumeattachments",
            "volumeattributesclasses");

    private static final String ORPHANED_PODS =
            "child pods are preserved by default when jobs are deleted; set propagationPolicy=Background to remove them or set propagationPolicy=Orphan to suppress this warning";

    private static final JsonPointer UID = JsonPointer.compile("/metadata/uid");

    public void delete(Exchange exchange, ServedKind served) {
        RequestBody.json(
                exchange,
                body -> exchange.checked(
                        DeleteOptions.of(body, exchange.query(), exchange.info().group()),
                        options -> exchange.checked(
                                Form.of(exchange, served, false), form -> delete(exchange, served, options, form))));
    }

    /** A Job leaves its pods behind unless the client says otherwise. */
    static void warnOfOrphans(Exchange exchange, ServedKind served, DeleteOptions options) {
        if (options.propagation() == null && served.kind().type().qualified().equals("jobs.batch")) {
            exchange.warn(List.of(ORPHANED_PODS));
        }
    }

    private static void delete(Exchange exchange, ServedKind served, DeleteOptions options, Form form) {
        warnOfOrphans(exchange, served, options);
        ObjectKey key = served.key(exchange.info().namespace(), exchange.info().name());
        DeleteObject command =
                new DeleteObject(key, options.preconditions(), options.gracePeriodSeconds(), options.propagation());
        Decision.of(exchange, served, options.dryRun(), command, accepted -> {
            if (Decision.gone(accepted.outcome())
                    && !OBJECT_RETURNED.contains(served.kind().plural())) {
                exchange.answer(200, StatusBody.deleted(shownKey(served, key), uid(accepted)));
            } else {
                exchange.answer(200, form.single(accepted.object()));
            }
        });
    }

    private static ObjectKey shownKey(ServedKind served, ObjectKey key) {
        return ObjectKey.of(served.kind().type(), key.namespace(), key.name());
    }

    private static String uid(Accepted accepted) {
        return accepted.object().size() == 0 ? "" : accepted.object().text(UID);
    }
}
