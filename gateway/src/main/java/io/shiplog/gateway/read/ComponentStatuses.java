package io.shiplog.gateway.read;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shiplog.events.command.Refusal;
import io.shiplog.events.json.Json;
import io.shiplog.events.object.ObjectKey;
import io.shiplog.events.object.ResourceType;
import io.shiplog.gateway.discovery.Health;
import io.shiplog.gateway.http.Exchange;
import io.shiplog.gateway.http.RequestInfo;
import io.shiplog.gateway.select.Selection;
import io.shiplog.gateway.view.ComponentKind;
import io.shiplog.gateway.view.Form;
import io.shiplog.gateway.view.ListHead;
import io.shiplog.projections.image.StoredObject;
import java.util.List;

/**
 * {@code kubectl get componentstatuses}: the health of the control plane's parts, checked for each request. Here one part can fail
 * on its own, the log: scheduler and controllers depend on it. Deprecated since Kubernetes 1.19, and still served.
 *
 * @see <a
 *     href="https://kubernetes.io/docs/reference/kubernetes-api/cluster-resources/component-status-v1/">ComponentStatus</a>
 */
public final class ComponentStatuses {
    private static final String LOG = "log";

    /** Whether a request is about them. */
    public static boolean named(RequestInfo info) {
        return info.type().equals(ComponentKind.DESCRIPTION.type())
                && info.version().equals("v1")
                && info.namespace().isEmpty()
                && info.subresource().isEmpty();
    }

    /** Answers a get or a list. */
    public void answer(Exchange exchange) {
        exchange.warn(List.of(ComponentKind.DEPRECATED));
        if (exchange.info().verb().equals("list")) {
            list(exchange);
        } else {
            get(exchange, exchange.info().name());
        }
    }

    private static void list(Exchange exchange) {
        exchange.checked(
                Selection.of(exchange.query(), ComponentKind.DESCRIPTION, "", ""),
                selection -> exchange.checked(
                        ReadOptions.ofList(exchange.query()),
                        options -> exchange.checked(
                                Form.of(exchange, ComponentKind.SERVED, true),
                                form -> Health.ofLog(exchange, good -> {
                                    StoredObject log = stored(good);
                                    ListStream.send(
                                            exchange,
                                            form,
                                            ListHead.NONE,
                                            selection.matches(log) ? List.of(log.json()) : List.of());
                                }))));
    }

    private static void get(Exchange exchange, String name) {
        exchange.checked(Form.of(exchange, ComponentKind.SERVED, false), form -> {
            if (name.equals(LOG)) {
                Health.ofLog(
                        exchange,
                        good -> exchange.answer(200, form.single(stored(good).json())));
            } else {
                // The only refusal that names the resource in the singular, as in Kubernetes.
                exchange.refuse(Refusal.notFound(ObjectKey.clusterScoped(ResourceType.core("componentstatus"), name)));
            }
        });
    }

    private static StoredObject stored(boolean good) {
        ObjectNode status = Json.MAPPER.createObjectNode();
        status.put("apiVersion", "v1").put("kind", ComponentKind.DESCRIPTION.kind());
        status.putObject("metadata").put("name", LOG);
        ObjectNode condition = status.putArray("conditions").addObject();
        condition.put("type", "Healthy").put("status", good ? "True" : "False");
        condition.put("message", good ? "ok" : "it did not answer");
        return new StoredObject(
                ObjectKey.clusterScoped(ComponentKind.DESCRIPTION.type(), LOG),
                0,
                Json.of(status),
                StoredObject.Extracted.NOTHING,
                "");
    }
}
