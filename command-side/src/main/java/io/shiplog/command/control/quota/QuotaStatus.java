package io.shiplog.command.control.quota;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shiplog.command.control.loop.Controller;
import io.shiplog.command.control.loop.Plan;
import io.shiplog.command.control.loop.Step;
import io.shiplog.command.control.view.Edits;
import io.shiplog.command.kind.core.quota.ResourceQuotaKind;
import io.shiplog.command.kind.quota.Quotas;
import io.shiplog.events.json.Json;
import io.shiplog.events.object.ObjectKey;
import io.shiplog.projections.image.Change;
import io.shiplog.projections.image.Image;
import io.shiplog.projections.image.Memo;
import io.shiplog.projections.image.StoredObject;
import java.time.Instant;
import java.util.Collection;
import java.util.function.Consumer;

/**
 * Writes what a namespace uses of its quotas into their status. Admission does not read it: it counts the objects.
 *
 * @see <a href="https://kubernetes.io/docs/concepts/policy/resource-quotas/">Resource quotas</a>
 */
public final class QuotaStatus implements Controller {
    private static final int REMEMBERED = 256;

    private final Memo<JsonNode> trees =
            new Memo<>(REMEMBERED, quota -> quota.json().tree());

    @Override
    public String name() {
        return "resourcequota-controller";
    }

    @Override
    public Collection<ObjectKey> keys(Image image) {
        return image.list(ResourceQuotaKind.TYPE).stream()
                .map(StoredObject::key)
                .toList();
    }

    @Override
    public void affected(Change change, Image image, Consumer<ObjectKey> replan) {
        ObjectKey key = change.after().key();
        if (key.type().equals(ResourceQuotaKind.TYPE)) {
            replan.accept(key);
        }
        if (!key.namespace().isEmpty()) {
            image.list(ResourceQuotaKind.TYPE, key.namespace()).stream()
                    .filter(quota -> Quotas.concerns(trees.of(quota), key.type()))
                    .forEach(quota -> replan.accept(quota.key()));
        }
    }

    @Override
    public Plan plan(Image image, ObjectKey key, Instant now) {
        StoredObject quota = image.get(key);
        if (quota == null) {
            return Plan.NOTHING;
        }
        JsonNode tree = trees.of(quota);
        ObjectNode patch = Json.MAPPER.createObjectNode();
        JsonNode hard = tree.path("spec").path("hard");
        boolean changed = amounts(hard, tree.path("status").path("hard"), patch.putObject("hard"));
        ObjectNode used = Json.MAPPER.createObjectNode();
        Quotas.used(tree, image.types(), image::list, now).forEach((name, amount) -> used.put(name, amount.toString()));
        changed |= amounts(used, tree.path("status").path("used"), patch.putObject("used"));
        return changed ? Plan.of(Step.of(Edits.patchStatus(quota, patch))) : Plan.NOTHING;
    }

    /** The amounts and the names that are gone, for a merge patch. False if nothing changes. */
    private static boolean amounts(JsonNode next, JsonNode old, ObjectNode patch) {
        boolean same = next.size() == old.size();
        for (var amount : next.properties()) {
            patch.set(amount.getKey(), amount.getValue());
            same &= amount.getValue().equals(old.path(amount.getKey()));
        }
        old.fieldNames().forEachRemaining(name -> {
            if (!next.has(name)) {
                patch.putNull(name);
            }
        });
        return !same;
    }
}
