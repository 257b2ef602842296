package io.shiplog.command.control.volume;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shiplog.command.control.loop.Controller;
import io.shiplog.command.control.loop.Plan;
import io.shiplog.command.control.loop.Step;
import io.shiplog.command.control.view.Edits;
import io.shiplog.command.control.view.OwnerRef;
import io.shiplog.command.control.view.Types;
import io.shiplog.events.json.Json;
import io.shiplog.events.object.ObjectKey;
import io.shiplog.events.objectevent.ObjectEvent;
import io.shiplog.events.objectevent.Regarding;
import io.shiplog.projections.image.Change;
import io.shiplog.projections.image.Image;
import io.shiplog.projections.image.Memo;
import io.shiplog.projections.image.StoredObject;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * Makes the claims of pods' ephemeral volumes. Each belongs to its pod and goes with it.
 *
 * @see <a
 *     href="https://kubernetes.io/docs/concepts/storage/ephemeral-volumes/#generic-ephemeral-volumes">Generic ephemeral
 *     volumes</a>
 */
public final class EphemeralVolumes implements Controller {
    private static final String NAME = "ephemeral-volume-controller";
    private static final int REMEMBERED = 1 << 13;

    /** The templates of a pod's claims, by the claims' names. */
    private static final Memo<Map<String, JsonNode>> TEMPLATES = new Memo<>(REMEMBERED, EphemeralVolumes::templates);

    private static Map<String, JsonNode> templates(StoredObject pod) {
        Map<String, JsonNode> templates = new TreeMap<>();
        for (JsonNode volume : pod.json().tree().path("spec").path("volumes")) {
            if (volume.hasNonNull("ephemeral")) {
                templates.put(
                        pod.key().name() + "-" + volume.path("name").asText(),
                        volume.path("ephemeral").path("volumeClaimTemplate"));
            }
        }
        return Map.copyOf(templates);
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public Collection<ObjectKey> keys(Image image) {
        return image.list(Types.PODS).stream()
                .filter(pod -> !TEMPLATES.of(pod).isEmpty())
                .map(StoredObject::key)
                .toList();
    }

    @Override
    public void affected(Change change, Image image, Consumer<ObjectKey> replan) {
        ObjectKey key = change.after().key();
        if (key.type().equals(Types.PODS) && !TEMPLATES.of(change.after()).isEmpty()) {
            replan.accept(key);
        } else if (key.type().equals(Types.CLAIMS) && change.removes()) {
            OwnerRef owner = OwnerRef.controllerOf(change.after());
            if (owner != null && owner.kind().equals("Pod")) {
                replan.accept(ObjectKey.of(Types.PODS, key.namespace(), owner.name()));
            }
        }
    }

    @Override
    public Plan plan(Image image, ObjectKey key, Instant now) {
        StoredObject pod = image.get(key);
        if (pod == null || pod.deleting()) {
            return Plan.NOTHING;
        }
        List<Step> steps = new ArrayList<>();
        new TreeMap<>(TEMPLATES.of(pod)).forEach((name, template) -> {
            StoredObject claim = image.get(ObjectKey.of(Types.CLAIMS, key.namespace(), name));
            if (claim == null) {
                steps.add(create(pod, name, template));
            } else if (!claim.ownerUids().contains(pod.uid())) {
                String why = "PVC %s/%s was not created for pod %s/%s (pod is not owner)"
                        .formatted(key.namespace(), name, key.namespace(), key.name());
                steps.addAll(OnceEvent.of(image, warning(pod, why), now));
            }
        });
        return Plan.of(steps);
    }

    private static Step create(StoredObject pod, String name, JsonNode template) {
        ObjectNode claim =
                Json.MAPPER.createObjectNode().put("apiVersion", "v1").put("kind", "PersistentVolumeClaim");
        ObjectNode metadata = claim.putObject("metadata").put("name", name);
        metadata.put("namespace", pod.key().namespace());
        for (String field : List.of("labels", "annotations")) {
            if (template.path("metadata").hasNonNull(field)) {
                metadata.set(field, template.path("metadata").get(field));
            }
        }
        metadata.putArray("ownerReferences")
                .add(OwnerRef.controlledBy("v1", "Pod", pod.key().name(), pod.uid())
                        .json());
        claim.set("spec", template.path("spec"));
        return Step.of(Edits.create(Types.CLAIMS, pod.key().namespace(), claim))
                .withEventIfRefused(warning(pod, "ephemeral volume claim " + name + " was refused: "));
    }

    private static ObjectEvent warning(StoredObject pod, String message) {
        return ObjectEvent.warning(Regarding.object(pod.json().tree()), "EphemeralVolume", message, NAME);
    }
}
