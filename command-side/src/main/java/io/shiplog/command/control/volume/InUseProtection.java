package io.shiplog.command.control.volume;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shiplog.command.control.loop.Controller;
import io.shiplog.command.control.loop.Plan;
import io.shiplog.command.control.loop.Step;
import io.shiplog.command.control.view.Edits;
import io.shiplog.command.control.view.Types;
import io.shiplog.command.kind.core.volume.PersistentVolumeClaimKind;
import io.shiplog.command.kind.core.volume.PersistentVolumeKind;
import io.shiplog.command.kind.storage.VolumeAttributesClassKind;
import io.shiplog.command.kind.tree.Trees;
import io.shiplog.events.json.Json;
import io.shiplog.events.object.ObjectKey;
import io.shiplog.events.object.ResourceType;
import io.shiplog.projections.image.Change;
import io.shiplog.projections.image.Image;
import io.shiplog.projections.image.Indexes;
import io.shiplog.projections.image.StoredObject;
import java.time.Instant;
import java.util.Collection;
import java.util.Set;
import java.util.function.BiPredicate;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * Removes the finalizer that protects a deleted object, once the object is no longer in use.
 *
 * @see <a
 *     href="https://kubernetes.io/docs/concepts/storage/persistent-volumes/#storage-object-in-use-protection">Storage object in
 *     use protection</a>
 */
public final class InUseProtection implements Controller {
    private final String name;
    private final ResourceType type;
    private final String finalizer;
    private final Set<ResourceType> users;
    private final BiPredicate<Image, StoredObject> inUse;

    private InUseProtection(
            String name,
            ResourceType type,
            String finalizer,
            Set<ResourceType> users,
            BiPredicate<Image, StoredObject> inUse) {
        this.name = name;
        this.type = type;
        this.finalizer = finalizer;
        this.users = users;
        this.inUse = inUse;
    }

    /** A claim is in use while a pod that has a node names it, or owns it as that of an ephemeral volume. */
    public static Controller ofClaims() {
        return new InUseProtection(
                "pvc-protection-controller",
                PersistentVolumeClaimKind.TYPE,
                PersistentVolumeClaimKind.PROTECTION,
                Set.of(Types.PODS),
                InUseProtection::isUsed);
    }

    /** A volume is in use while it is bound. */
    public static Controller ofVolumes() {
        return new InUseProtection(
                "pv-protection-controller",
                PersistentVolumeKind.TYPE,
                PersistentVolumeKind.PROTECTION,
                Set.of(),
                (image, volume) -> volume.json()
                        .tree()
                        .path("status")
                        .path("phase")
                        .asText()
                        .equals("Bound"));
    }

    /** A class of attributes is in use while a volume or a claim names it. */
    public static Controller ofAttributesClasses() {
        return new InUseProtection(
                "volumeattributesclass-protection-controller",
                VolumeAttributesClassKind.TYPE,
                VolumeAttributesClassKind.PROTECTION,
                Set.of(PersistentVolumeKind.TYPE, PersistentVolumeClaimKind.TYPE),
                (image, attributes) -> Stream.of(PersistentVolumeKind.TYPE, PersistentVolumeClaimKind.TYPE)
                        .flatMap(type -> image.list(type).stream())
                        .anyMatch(object ->
                                names(object.json().tree(), attributes.key().name())));
    }

    private static boolean isUsed(Image image, StoredObject claim) {
        if (image.by(Indexes.CLAIM, claim.key()).stream().anyMatch(pod -> pod.node() != null)) {
            return true;
        }
        for (ObjectNode owner : Trees.objects(claim.json().tree().path("metadata"), "ownerReferences")) {
            StoredObject pod = image.get(ObjectKey.of(Types.PODS, claim.key().namespace(), Trees.text(owner, "name")));
            if (pod != null
                    && pod.node() != null
                    && pod.uid().equals(Trees.text(owner, "uid"))
                    && hasEphemeral(pod, claim.key().name())) {
                return true;
            }
        }
        return false;
    }

    /** Whether the claim is that of an ephemeral volume of a pod. */
    private static boolean hasEphemeral(StoredObject pod, String claim) {
        return Trees.objects(pod.json().tree().path("spec"), "volumes").stream()
                .anyMatch(volume ->
                        volume.has("ephemeral") && claim.equals(pod.key().name() + "-" + Trees.text(volume, "name")));
    }

    private static boolean names(JsonNode object, String attributesClass) {
        return Stream.of(
                        object.path("spec").path("volumeAttributesClassName"),
                        object.path("status").path("currentVolumeAttributesClassName"),
                        object.path("status").path("modifyVolumeStatus").path("targetVolumeAttributesClassName"))
                .anyMatch(name -> name.asText().equals(attributesClass));
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public Collection<ObjectKey> keys(Image image) {
        return image.list(type).stream()
                .filter(StoredObject::deleting)
                .map(StoredObject::key)
                .toList();
    }

    @Override
    public void affected(Change change, Image image, Consumer<ObjectKey> replan) {
        ObjectKey key = change.after().key();
        if (key.type().equals(type) && change.after().deleting()) {
            replan.accept(key);
        } else if (users.contains(key.type())) {
            Collection<StoredObject> perhaps =
                    users.contains(Types.PODS) ? image.list(type, key.namespace()) : image.list(type);
            perhaps.stream().filter(StoredObject::deleting).forEach(each -> replan.accept(each.key()));
        }
    }

    @Override
    public Plan plan(Image image, ObjectKey key, Instant now) {
        StoredObject object = image.get(key);
        if (object == null || !object.deleting()) {
            return Plan.NOTHING;
        }
        JsonNode finalizers = object.json().tree().path("metadata").path("finalizers");
        ObjectNode patch = Json.MAPPER.createObjectNode();
        ArrayNode left = patch.putObject("metadata").putArray("finalizers");
        finalizers.forEach(each -> {
            if (!each.asText().equals(finalizer)) {
                left.add(each);
            }
        });
        return left.size() == finalizers.size() || inUse.test(image, object)
                ? Plan.NOTHING
                : Plan.of(Step.of(Edits.patchUnchanged(object, patch)));
    }
}
