package io.shiplog.gateway.usage;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shiplog.events.command.Refusal;
import io.shiplog.events.command.Refusal.Reason;
import io.shiplog.events.json.Json;
import io.shiplog.events.kind.KindDescription;
import io.shiplog.events.object.ObjectKey;
import io.shiplog.events.object.ResourceType;
import io.shiplog.gateway.http.Exchange;
import io.shiplog.gateway.http.RequestInfo;
import io.shiplog.gateway.read.ListStream;
import io.shiplog.gateway.read.ReadOptions;
import io.shiplog.gateway.select.Selection;
import io.shiplog.gateway.view.Form;
import io.shiplog.gateway.view.ListHead;
import io.shiplog.gateway.view.MetricsKinds;
import io.shiplog.gateway.view.ServedKind;
import io.shiplog.projections.image.Image;
import io.shiplog.projections.image.StoredObject;
import io.shiplog.projections.usage.UsageSource;
import io.shiplog.projections.usage.Usages;
import io.shiplog.projections.usage.Usages.Amounts;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Get and list of metrics.k8s.io. Nodes and pods without a measurement are not listed, as by metrics-server: a node that does not answer is gone from
 * it, and a pod is there when all its containers have been measured twice.
 *
 * @see <a href="https://github.com/kubernetes-sigs/metrics-server/tree/master/pkg/api">metrics-server</a>
 */
public final class MetricsApi {
    private static final ResourceType NODES = ResourceType.core("nodes");
    private static final ResourceType PODS = ResourceType.core("pods");

    private final UsageSource usages;

    public MetricsApi(UsageSource usages) {
        this.usages = usages;
    }

    /** Whether a request is about them. */
    public static boolean named(RequestInfo info) {
        return info.group().equals(MetricsKinds.GROUP)
                && info.version().equals(MetricsKinds.VERSION)
                && info.subresource().isEmpty()
                && MetricsKinds.of(info.resource()) != null;
    }

    /** Answers a get or a list. */
    public void answer(Exchange exchange) {
        KindDescription kind = MetricsKinds.of(exchange.info().resource());
        boolean scoped = kind != null
                && (kind.namespaced()
                        ? exchange.info().verb().equals("list")
                                || !exchange.info().namespace().isEmpty()
                        : exchange.info().namespace().isEmpty());
        if (kind == null || !scoped) {
            exchange.refuse(Refusal.of(Reason.NOT_FOUND, "the server could not find the requested resource"));
        } else if (!exchange.now()) {
            exchange.refuse(
                    Refusal.of(
                            Reason.METHOD_NOT_ALLOWED,
                            "the log has no measurements: for those of now send the request to the server's address without /at/"));
        } else if (exchange.info().verb().equals("list")) {
            list(exchange, kind);
        } else {
            get(exchange, kind);
        }
    }

    private void get(Exchange exchange, KindDescription kind) {
        RequestInfo info = exchange.info();
        exchange.checked(
                Form.of(exchange, new ServedKind(kind, MetricsKinds.VERSION), false),
                form -> withUsages(exchange, kind, (image, read) -> {
                    StoredObject of = image.get(
                            kind.namespaced()
                                    ? ObjectKey.of(PODS, info.namespace(), info.name())
                                    : ObjectKey.clusterScoped(NODES, info.name()));
                    StoredObject found = of == null
                            ? null
                            : measured(of, kind, read, exchange.ports().clock().instant());
                    if (found == null) {
                        String name = kind.namespaced() ? info.namespace() + "/" + info.name() : info.name();
                        ResourceType named =
                                new ResourceType(MetricsKinds.GROUP, kind.kind().toLowerCase(java.util.Locale.ROOT));
                        exchange.refuse(Refusal.notFound(ObjectKey.clusterScoped(named, name)));
                    } else {
                        exchange.answer(200, form.single(found.json()));
                    }
                }));
    }

    private void list(Exchange exchange, KindDescription kind) {
        RequestInfo info = exchange.info();
        exchange.checked(
                Selection.of(exchange.query(), kind, info.namespace(), ""),
                selection -> exchange.checked(
                        ReadOptions.ofList(exchange.query()),
                        options -> exchange.checked(
                                Form.of(exchange, new ServedKind(kind, MetricsKinds.VERSION), true),
                                form -> withUsages(exchange, kind, (image, read) -> {
                                    Instant now = exchange.ports().clock().instant();
                                    List<Json> items = objects(image, kind, info.namespace()).stream()
                                            .map(each -> measured(each, kind, read, now))
                                            .filter(each -> each != null && selection.matches(each))
                                            .map(each -> java.util.Objects.requireNonNull(each)
                                                    .json())
                                            .toList();
                                    ListStream.send(exchange, form, ListHead.NONE, items);
                                }))));
    }

    private interface Answer {
        void with(Image image, Usages read);
    }

    private void withUsages(Exchange exchange, KindDescription kind, Answer answer) {
        exchange.whenDone(usages.newest(), read -> exchange.withImage("events", image -> answer.with(image, read)));
    }

    private static java.util.Collection<StoredObject> objects(Image image, KindDescription kind, String namespace) {
        if (!kind.namespaced()) {
            return image.list(NODES);
        }
        return namespace.isEmpty() ? image.list(PODS) : image.list(PODS, namespace);
    }

    /** The metrics of a node or a pod; null if there are none. */
    private static @Nullable StoredObject measured(
            StoredObject object, KindDescription kind, Usages read, Instant now) {
        ObjectNode metrics = kind.namespaced()
                ? ofPod(object, read.pod(object.key().namespace(), object.key().name()))
                : ofNode(read.nodes().get(object.key().name()));
        if (metrics == null) {
            return null;
        }
        ObjectNode whole = Json.MAPPER.createObjectNode();
        whole.put("kind", kind.kind()).put("apiVersion", MetricsKinds.GROUP + "/" + MetricsKinds.VERSION);
        ObjectNode metadata =
                whole.putObject("metadata").put("name", object.key().name());
        if (kind.namespaced()) {
            metadata.put("namespace", object.key().namespace());
        }
        metadata.put("creationTimestamp", now.truncatedTo(ChronoUnit.SECONDS).toString());
        if (!object.labels().isEmpty()) {
            ObjectNode labels = metadata.putObject("labels");
            new TreeMap<>(object.labels()).forEach(labels::put);
        }
        whole.setAll(metrics);
        return new StoredObject(
                object.key(),
                0,
                Json.of(whole),
                new StoredObject.Extracted("", object.labels(), Map.of(), false, List.of()),
                "");
    }

    private static @Nullable ObjectNode ofNode(Usages.@Nullable OfNode node) {
        if (node == null) {
            return null;
        }
        ObjectNode metrics = times(node.at(), node.window());
        metrics.set("usage", usage(node.amounts()));
        return metrics;
    }

    /** Only a running pod is measured, and only the one that the reading is of. */
    private static @Nullable ObjectNode ofPod(StoredObject object, Usages.@Nullable OfPod pod) {
        if (pod == null || !pod.uid().equals(object.uid())) {
            return null;
        }
        JsonNode tree = object.json().tree();
        if (!tree.path("status").path("phase").asText().equals("Running")) {
            return null;
        }
        ObjectNode metrics = times(pod.at(), pod.window());
        ArrayNode containers = metrics.putArray("containers");
        new TreeMap<>(pod.containers())
                .forEach((name, amounts) ->
                        containers.addObject().put("name", name).set("usage", usage(amounts)));
        return metrics;
    }

    private static ObjectNode times(Instant at, Duration window) {
        return Json.MAPPER
                .createObjectNode()
                .put("timestamp", at.truncatedTo(ChronoUnit.SECONDS).toString())
                .put("window", window.toSeconds() + "s");
    }

    /** In the units of metrics-server. */
    private static ObjectNode usage(Amounts amounts) {
        return Json.MAPPER
                .createObjectNode()
                .put("cpu", amounts.cpuNanoCores() == 0 ? "0" : amounts.cpuNanoCores() + "n")
                .put("memory", (amounts.memoryBytes() >> 10) + "Ki");
    }
}
