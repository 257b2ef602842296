package io.shiplog.command.control.namespace;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shiplog.command.control.loop.Controller;
import io.shiplog.command.control.loop.Plan;
import io.shiplog.command.control.loop.Step;
import io.shiplog.command.control.view.Conditions;
import io.shiplog.command.control.view.Edits;
import io.shiplog.command.control.view.Types;
import io.shiplog.events.command.Propagation;
import io.shiplog.events.json.Json;
import io.shiplog.events.object.ObjectKey;
import io.shiplog.events.object.ResourceType;
import io.shiplog.projections.image.Change;
import io.shiplog.projections.image.Image;
import io.shiplog.projections.image.StoredObject;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * Deletes the content of a terminating namespace, pods first, and releases the namespace once it is empty.
 *
 * @see <a
 *     href="https://github.com/kubernetes/kubernetes/blob/master/pkg/controller/namespace/deletion/namespaced_resources_deleter.go">namespaced_resources_deleter.go</a>
 */
public final class NamespaceDeletion implements Controller {
    /** Maximum deletions in one plan. */
    static final int MAX_DELETIONS = 500;
    /** How often the remaining content is counted while it waits for nodes or finalizers. */
    static final Duration RECOUNT = Duration.ofSeconds(5);

    private static final String FINALIZER = "kubernetes";

    @Override
    public String name() {
        return "namespace-controller";
    }

    @Override
    public boolean actsForItsObject() {
        return true;
    }

    @Override
    public Collection<ObjectKey> keys(Image image) {
        return image.list(Types.NAMESPACES).stream()
                .filter(StoredObject::deleting)
                .map(StoredObject::key)
                .toList();
    }

    @Override
    public void affected(Change change, Image image, Consumer<ObjectKey> replan) {
        ObjectKey key = change.after().key();
        if (key.type().equals(Types.NAMESPACES)) {
            replanIfDeleting(key, image, replan);
        } else if (change.removes()
                && !key.namespace().isEmpty()
                && image.list(key.type(), key.namespace()).isEmpty()) {
            replanIfDeleting(ObjectKey.clusterScoped(Types.NAMESPACES, key.namespace()), image, replan);
        }
    }

    /** A plan reads all content: only the last object of a type calls for one, not each of them. */
    private static void replanIfDeleting(ObjectKey namespace, Image image, Consumer<ObjectKey> replan) {
        StoredObject there = image.get(namespace);
        if (there != null && there.deleting()) {
            replan.accept(namespace);
        }
    }

    @Override
    public Plan plan(Image image, ObjectKey key, Instant now) {
        StoredObject namespace = image.get(key);
        if (namespace == null || !namespace.deleting()) {
            return Plan.NOTHING;
        }
        Map<ResourceType, List<StoredObject>> content = content(image, key.name());
        List<Step> deletions = deletions(content);
        if (!deletions.isEmpty()) {
            return new Plan(deletions, Duration.ZERO);
        }
        JsonNode tree = namespace.json().tree();
        List<Step> steps = new ArrayList<>();
        JsonNode conditions = conditions(tree.path("status").path("conditions"), content, now);
        if (!conditions.equals(tree.path("status").path("conditions"))) {
            ObjectNode status = Json.MAPPER.createObjectNode();
            status.set("conditions", conditions);
            steps.add(Step.of(Edits.patchStatus(namespace, status)));
        }
        if (content.isEmpty()) {
            steps.add(Step.of(Edits.patchSubresource(namespace, "finalize", released(tree))));
            return Plan.of(steps);
        }
        return new Plan(steps, RECOUNT);
    }

    private static Map<ResourceType, List<StoredObject>> content(Image image, String namespace) {
        Map<ResourceType, List<StoredObject>> content = new TreeMap<>();
        for (ResourceType type : image.types()) {
            Collection<StoredObject> objects = image.list(type, namespace);
            if (!objects.isEmpty()) {
                content.put(type, List.copyOf(objects));
            }
        }
        return content;
    }

    /** Pods first, so that objects they need are deleted after them. */
    private static List<Step> deletions(Map<ResourceType, List<StoredObject>> content) {
        Collection<List<StoredObject>> next =
                content.containsKey(Types.PODS) ? List.of(content.get(Types.PODS)) : content.values();
        return next.stream()
                .flatMap(List::stream)
                .filter(object -> !object.deleting())
                .limit(MAX_DELETIONS)
                .map(object -> Step.of(Edits.delete(object, Propagation.BACKGROUND)))
                .toList();
    }

    private static ObjectNode released(JsonNode namespace) {
        ObjectNode patch = Json.MAPPER.createObjectNode();
        ArrayNode left = patch.putObject("spec").putArray("finalizers");
        namespace.path("spec").path("finalizers").forEach(each -> {
            if (!each.asText().equals(FINALIZER)) {
                left.add(each);
            }
        });
        return patch;
    }

    private static JsonNode conditions(
            JsonNode conditions, Map<ResourceType, List<StoredObject>> content, Instant now) {
        JsonNode next = conditions;
        next = with(
                next,
                "NamespaceDeletionDiscoveryFailure",
                "False",
                "ResourcesDiscovered",
                "All resources successfully discovered",
                now);
        next = with(
                next,
                "NamespaceDeletionGroupVersionParsingFailure",
                "False",
                "ParsedGroupVersions",
                "All legacy kube types successfully parsed",
                now);
        next = with(
                next,
                "NamespaceDeletionContentFailure",
                "False",
                "ContentDeleted",
                "All content successfully deleted, may be waiting on finalization",
                now);
        String remaining = remaining(content);
        next = remaining.isEmpty()
                ? with(
                        next,
                        "NamespaceContentRemaining",
                        "False",
                        "ContentRemoved",
                        "All content successfully removed",
                        now)
                : with(
                        next,
                        "NamespaceContentRemaining",
                        "True",
                        "SomeResourcesRemain",
                        "Some resources are remaining: " + remaining,
                        now);
        String finalizers = finalizers(content);
        return finalizers.isEmpty()
                ? with(
                        next,
                        "NamespaceFinalizersRemaining",
                        "False",
                        "ContentHasNoFinalizers",
                        "All content-preserving finalizers finished",
                        now)
                : with(
                        next,
                        "NamespaceFinalizersRemaining",
                        "True",
                        "SomeFinalizersRemain",
                        "Some content in the namespace has finalizers remaining: " + finalizers,
                        now);
    }

    private static JsonNode with(
            JsonNode conditions, String type, String status, String reason, String message, Instant now) {
        return Conditions.with(conditions, Conditions.condition(type, status, reason, message, now));
    }

    /** Only terminating objects count: the others are about to be deleted. */
    private static String remaining(Map<ResourceType, List<StoredObject>> content) {
        List<String> parts = new ArrayList<>();
        content.forEach((type, objects) -> {
            long count = objects.stream().filter(StoredObject::deleting).count();
            if (count > 0) {
                parts.add("%s.%s has %d resource instances".formatted(type.resource(), type.group(), count));
            }
        });
        return String.join(", ", parts);
    }

    private static String finalizers(Map<ResourceType, List<StoredObject>> content) {
        Map<String, Integer> counts = new TreeMap<>();
        content.values().stream()
                .flatMap(List::stream)
                .filter(StoredObject::deleting)
                .forEach(object -> object.json()
                        .tree()
                        .path("metadata")
                        .path("finalizers")
                        .forEach(each -> counts.merge(each.asText(), 1, Integer::sum)));
        List<String> parts = new ArrayList<>();
        counts.forEach((name, count) -> parts.add("%s in %d resource instances".formatted(name, count)));
        return String.join(", ", parts);
    }
}
