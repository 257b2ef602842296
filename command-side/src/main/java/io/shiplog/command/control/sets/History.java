package io.shiplog.command.control.sets;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shiplog.command.control.loop.Step;
import io.shiplog.command.control.view.ContentHash;
import io.shiplog.command.control.view.Edits;
import io.shiplog.command.control.view.Types;
import io.shiplog.events.command.Propagation;
import io.shiplog.events.json.Json;
import io.shiplog.events.object.ObjectKey;
import io.shiplog.projections.image.Image;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The revisions of a set, older ones first. A template that was used before gets its old revision back, with the next number: so a
 * rollback restarts only the pods that changed since.
 *
 * @see <a
 *     href="https://github.com/kubernetes/kubernetes/blob/master/pkg/controller/history/controller_history.go">controller_history.go</a>
 */
public final class History {
    /** Leaves space for a hyphen and a hash in a name of at most 253 characters. */
    private static final int MAX_PREFIX_CHARS = 223;

    private final SetView set;
    private final Image image;
    private final List<Revision> revisions;

    private History(SetView set, Image image, List<Revision> revisions) {
        this.set = set;
        this.image = image;
        this.revisions = List.copyOf(revisions);
    }

    /** The revisions of a set. Adopts matching ones without a controller, and releases those that no longer match. */
    public static History of(SetView set, Image image, List<Step> steps) {
        List<Revision> own = new ArrayList<>();
        set.claim(image, Types.CONTROLLER_REVISIONS, revision -> true, steps)
                .forEach(each -> own.add(Revision.of(each)));
        own.removeIf(each -> each.stored().deleting());
        own.sort(Revision.ORDER);
        return new History(set, image, own);
    }

    /** The revision of the set's template; null until it is recorded. */
    public @Nullable Revision newest() {
        JsonNode template = set.template();
        return revisions.reversed().stream()
                .filter(each -> each.holds(template))
                .findFirst()
                .orElse(null);
    }

    /** The revision of a name, or null. */
    public @Nullable Revision named(String name) {
        return revisions.stream()
                .filter(each -> each.name().equals(name))
                .findFirst()
                .orElse(null);
    }

    /** The step that makes the template the newest revision; null if it is. */
    public @Nullable Step missing() {
        Revision newest = newest();
        long next = revisions.stream()
                        .filter(each -> newest == null || !each.holds(set.template()))
                        .mapToLong(Revision::number)
                        .max()
                        .orElse(0)
                + 1;
        if (newest == null) {
            return create(next);
        }
        return newest.number() >= next
                ? null
                : Step.of(Edits.patch(
                        newest.stored(), Json.MAPPER.createObjectNode().put("revision", next)));
    }

    private Step create(long number) {
        ObjectNode data = Revision.data(set.template());
        String hash = ContentHash.ofRevision(data, set.collisions());
        String prefix = set.name().substring(0, Math.min(set.name().length(), MAX_PREFIX_CHARS));
        ObjectKey key = ObjectKey.of(Types.CONTROLLER_REVISIONS, set.namespace(), prefix + "-" + hash);
        if (image.get(key) != null) {
            ObjectNode status = Json.MAPPER.createObjectNode().put("collisionCount", set.collisions() + 1);
            return Step.of(Edits.patchStatus(set.stored(), status));
        }
        ObjectNode revision =
                Json.MAPPER.createObjectNode().put("apiVersion", "apps/v1").put("kind", "ControllerRevision");
        ObjectNode metadata = revision.putObject("metadata");
        metadata.put("name", key.name()).put("namespace", key.namespace());
        ObjectNode labels = metadata.putObject("labels");
        set.template()
                .path("metadata")
                .path("labels")
                .properties()
                .forEach(label -> labels.set(label.getKey(), label.getValue()));
        labels.put(set.kind().hashLabel(), hash);
        JsonNode annotations = set.tree().path("metadata").path("annotations");
        if (!annotations.isEmpty()) {
            metadata.set("annotations", annotations);
        }
        metadata.putArray("ownerReferences").add(set.asOwner().json());
        revision.set("data", data);
        revision.put("revision", number);
        return Step.of(Edits.create(Types.CONTROLLER_REVISIONS, set.namespace(), revision));
    }

    /**
     * Deletes the oldest revisions beyond the limit.
     *
     * @param live the names and hashes that pods or the status name: their revisions stay and do not count
     */
    public List<Step> forget(Set<String> live) {
        List<Revision> old = revisions.stream()
                .filter(each -> !live.contains(each.name()) && !live.contains(each.hash()))
                .toList();
        int tooMany = set.historyLimit() < 0 ? 0 : old.size() - set.historyLimit();
        return old.stream()
                .limit(Math.max(0, tooMany))
                .map(each -> Step.of(Edits.delete(each.stored(), Propagation.BACKGROUND)))
                .toList();
    }
}
