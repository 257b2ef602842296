package io.shiplog.command.bootstrap;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shiplog.command.bootstrap.FreshCluster.Care;
import io.shiplog.command.bootstrap.FreshCluster.Wanted;
import io.shiplog.command.control.loop.Controller;
import io.shiplog.command.control.loop.Plan;
import io.shiplog.command.control.loop.Step;
import io.shiplog.command.control.view.Edits;
import io.shiplog.command.control.view.Types;
import io.shiplog.events.json.Json;
import io.shiplog.events.object.Actor;
import io.shiplog.events.object.ObjectKey;
import io.shiplog.projections.image.Change;
import io.shiplog.projections.image.Image;
import io.shiplog.projections.image.StoredObject;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Creates the default objects of every cluster if they are missing. The default policy is reconciled only at start, so that
 * users may change it, as in Kubernetes; the rest always.
 *
 * @see <a href="https://kubernetes.io/docs/reference/access-authn-authz/rbac/#auto-reconciliation">Auto-reconciliation</a>
 */
public final class Bootstrap implements Controller {
    /** How long an object waits for its namespace before a retry. */
    private static final Duration NAMESPACE_WAIT = Duration.ofMillis(100);

    private static final String AUTOUPDATE = "rbac.authorization.kubernetes.io/autoupdate";

    private final Map<ObjectKey, Wanted> wanted = new LinkedHashMap<>();

    public Bootstrap(BootstrapConfig config) {
        FreshCluster.objects(config).forEach(each -> wanted.put(each.key(), each));
    }

    @Override
    public String name() {
        return "bootstrap";
    }

    @Override
    public Actor actor() {
        return Actor.API_SERVER;
    }

    @Override
    public Collection<ObjectKey> keys(Image image) {
        return wanted.keySet();
    }

    @Override
    public void affected(Change change, Image image, Consumer<ObjectKey> replan) {
        Wanted object = wanted.get(change.after().key());
        if (object != null && object.care() != Care.POLICY) {
            replan.accept(object.key());
        }
    }

    @Override
    public Plan plan(Image image, ObjectKey key, Instant now) {
        Wanted object = wanted.get(key);
        if (object == null) {
            return Plan.NOTHING;
        }
        StoredObject there = image.get(key);
        if (there == null) {
            boolean noPlace = !key.namespace().isEmpty()
                    && image.get(ObjectKey.clusterScoped(Types.NAMESPACES, key.namespace())) == null;
            return noPlace
                    ? Plan.later(NAMESPACE_WAIT)
                    : Plan.of(Step.of(Edits.create(key.type(), key.namespace(), object.body())));
        }
        ObjectNode patch = switch (object.care()) {
            case EXISTS -> null;
            case EXACT -> exact(object.body(), there.json().tree());
            case POLICY -> added(object.body(), there.json().tree());
        };
        return patch == null ? Plan.NOTHING : Plan.of(Step.of(Edits.patch(there, patch)));
    }

    /** The difference, or null if there is none. Fields without a desired value are ignored. */
    private static @Nullable ObjectNode exact(ObjectNode wanted, JsonNode there) {
        ObjectNode patch = Json.MAPPER.createObjectNode();
        wanted.properties().forEach(field -> {
            boolean ours = !field.getKey().equals("metadata");
            if (ours && !covers(there.path(field.getKey()), field.getValue())) {
                patch.set(field.getKey(), field.getValue());
            }
        });
        return patch.isEmpty() ? null : patch;
    }

    /** Whether a tree contains the desired values; lists must have the same length. */
    private static boolean covers(JsonNode there, JsonNode wanted) {
        if (wanted.isObject()) {
            return wanted.properties().stream().allMatch(f -> covers(there.path(f.getKey()), f.getValue()));
        }
        if (!wanted.isArray()) {
            return there.equals(wanted);
        }
        if (there.size() != wanted.size()) {
            return false;
        }
        for (int i = 0; i < wanted.size(); i++) {
            if (!covers(there.path(i), wanted.path(i))) {
                return false;
            }
        }
        return true;
    }

    /** Missing rules and subjects, appended to the existing ones; null if none is missing, or if reconciliation is disabled. */
    private static @Nullable ObjectNode added(ObjectNode wanted, JsonNode there) {
        if (there.path("metadata")
                .path("annotations")
                .path(AUTOUPDATE)
                .asText("true")
                .equals("false")) {
            return null;
        }
        ObjectNode patch = Json.MAPPER.createObjectNode();
        for (String list : List.of("rules", "subjects")) {
            ArrayNode all = Json.MAPPER.createArrayNode();
            there.path(list).forEach(all::add);
            int before = all.size();
            for (JsonNode each : wanted.path(list)) {
                if (!contains(all, each)) {
                    all.add(each);
                }
            }
            if (all.size() > before) {
                patch.set(list, all);
            }
        }
        return patch.isEmpty() ? null : patch;
    }

    private static boolean contains(ArrayNode all, JsonNode wanted) {
        for (JsonNode each : all) {
            if (covers(each, wanted)) {
                return true;
            }
        }
        return false;
    }
}
