package io.shiplog.gateway.write;

import com.fasterxml.jackson.databind.JsonNode;
import io.shiplog.events.command.Command.BindPod;
import io.shiplog.events.command.Command.DeleteObject;
import io.shiplog.events.command.Command.EvictPod;
import io.shiplog.events.command.Disruption;
import io.shiplog.events.command.Refusal;
import io.shiplog.events.json.ClientJson;
import io.shiplog.events.json.Json;
import io.shiplog.events.kind.StatedType;
import io.shiplog.events.object.ObjectKey;
import io.shiplog.gateway.http.Exchange;
import io.shiplog.gateway.http.RequestBody;
import io.shiplog.gateway.http.StatusBody;
import io.shiplog.gateway.outcome.Checked;
import io.shiplog.gateway.view.ServedKind;
import java.util.List;
import java.util.function.Consumer;

/** Writes to subresources of pods: {@code binding} and {@code eviction}. */
public final class PodVerbs {
    /**
     * What evictions may be written in. Kubernetes takes the older form too, which kubectl sent up to 1.21, although nothing else of it is served.
     *
     * @see <a href="https://github.com/kubernetes/kubernetes/blob/master/pkg/registry/core/pod/storage/eviction.go">AcceptsGroupVersion</a>
     */
    private static final List<String> EVICTIONS = List.of("policy/v1", "policy/v1beta1");

    private static final List<String> BINDINGS = List.of("v1");

    /** {@code POST …/pods/{name}/binding}: a scheduler sets the pod's node. */
    public void bind(Exchange exchange, ServedKind pods) {
        tree(
                exchange,
                BINDINGS,
                "Binding",
                binding -> bind(exchange, pods, exchange.info().name(), binding));
    }

    /** {@code POST …/bindings}: the same, with the pod's name in the body. */
    public void bindNamed(Exchange exchange, ServedKind pods) {
        tree(
                exchange,
                BINDINGS,
                "Binding",
                binding -> bind(
                        exchange, pods, binding.path("metadata").path("name").asText(""), binding));
    }

    private static void bind(Exchange exchange, ServedKind pods, String name, JsonNode binding) {
        String node = binding.path("target").path("name").asText("");
        if (node.isEmpty()) {
            exchange.checked(Checked.bad("target.name: Required value"), never -> {});
            return;
        }
        JsonNode uid = binding.path("metadata").path("uid");
        ObjectKey key = pods.key(exchange.info().namespace(), name);
        exchange.checked(
                WriteOptions.of(exchange, "CreateOptions"),
                options -> Decision.of(
                        exchange,
                        pods,
                        options.dryRun(),
                        new BindPod(key, uid.isTextual() ? uid.asText() : null, node),
                        accepted -> exchange.answer(201, StatusBody.created())));
    }

    /**
     * {@code POST …/pods/{name}/eviction}: a deletion by a drain, if the pod's disruption budget allows it.
     *
     * @see <a href="https://kubernetes.io/docs/concepts/scheduling-eviction/api-eviction/">API-initiated eviction</a>
     */
    public void evict(Exchange exchange, ServedKind pods) {
        tree(exchange, EVICTIONS, "Eviction", eviction -> {
            if (!eviction.path("metadata")
                    .path("name")
                    .asText("")
                    .equals(exchange.info().name())) {
                exchange.checked(Checked.bad("name in URL does not match name in Eviction object"), never -> {});
                return;
            }
            exchange.checked(
                    WriteOptions.of(exchange, "CreateOptions").then(options -> deletion(eviction, options)),
                    options -> evict(exchange, pods, options));
        });
    }

    /** The delete options of the body, as a dry run if the query says so. */
    private static Checked<DeleteOptions> deletion(JsonNode eviction, WriteOptions options) {
        return DeleteOptions.ofTree(eviction.path("deleteOptions"))
                .map(delete -> new DeleteOptions(
                        delete.preconditions(),
                        delete.gracePeriodSeconds(),
                        delete.propagation(),
                        delete.dryRun() || options.dryRun()));
    }

    private static void evict(Exchange exchange, ServedKind pods, DeleteOptions options) {
        DeleteObject deletion = new DeleteObject(
                pods.key(exchange.info().namespace(), exchange.info().name()),
                options.preconditions(),
                options.gracePeriodSeconds(),
                options.propagation());
        Decision.of(
                exchange,
                pods,
                options.dryRun(),
                new EvictPod(deletion, Disruption.EVICTION_API),
                accepted -> exchange.answer(201, StatusBody.created()));
    }

    private static void tree(Exchange exchange, List<String> apiVersions, String kind, Consumer<JsonNode> then) {
        RequestBody.json(exchange, body -> exchange.checked(parsed(body, apiVersions, kind), then));
    }

    private static Checked<JsonNode> parsed(Json body, List<String> apiVersions, String kind) {
        try {
            JsonNode tree = ClientJson.tree(body);
            String stated = tree.path("apiVersion").asText();
            String expected = apiVersions.contains(stated) ? stated : apiVersions.getFirst();
            Refusal other = StatedType.refusal(expected, kind, tree);
            return other == null ? Checked.ok(tree) : Checked.refused(other);
        } catch (ClientJson.UnreadableException e) {
            return Checked.bad("couldn't get version/kind; json parse error: " + ClientJson.message(e));
        }
    }
}
