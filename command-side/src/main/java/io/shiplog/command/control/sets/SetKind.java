package io.shiplog.command.control.sets;

import io.shiplog.command.control.view.OwnerRef;
import io.shiplog.command.control.view.Types;
import io.shiplog.events.object.LabelSelector;
import io.shiplog.events.object.ObjectKey;
import io.shiplog.events.object.ResourceType;
import io.shiplog.projections.image.Change;
import io.shiplog.projections.image.Image;
import io.shiplog.projections.image.Memo;
import io.shiplog.projections.image.StoredObject;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The two kinds with a history of ControllerRevisions. */
public enum SetKind {
    DAEMON_SET("DaemonSet", Types.DAEMON_SETS, "controller-revision-hash"),
    STATEFUL_SET("StatefulSet", Types.STATEFUL_SETS, "controller.kubernetes.io/hash");

    private static final int REMEMBERED = 4096;
    private static final Memo<LabelSelector> SELECTOR = new Memo<>(
            REMEMBERED, set -> LabelSelector.of(set.json().tree().path("spec").path("selector")));

    private final String kind;
    private final ResourceType type;
    private final String hashLabel;

    SetKind(String kind, ResourceType type, String hashLabel) {
        this.kind = kind;
        this.type = type;
        this.hashLabel = hashLabel;
    }

    /** {@code DaemonSet}. */
    public String kind() {
        return kind;
    }

    public ResourceType type() {
        return type;
    }

    /** The label of a ControllerRevision with the hash in its name. */
    String hashLabel() {
        return hashLabel;
    }

    /** The sets whose plan may differ after a change of a set, a pod or a ControllerRevision. */
    public void affected(Change change, Image image, Consumer<ObjectKey> replan) {
        ObjectKey key = change.after().key();
        if (key.type().equals(type)) {
            replan.accept(key);
        } else if (key.type().equals(Types.PODS) || key.type().equals(Types.CONTROLLER_REVISIONS)) {
            byDependent(change.before(), image, replan);
            byDependent(change.after(), image, replan);
        }
    }

    private void byDependent(@Nullable StoredObject object, Image image, Consumer<ObjectKey> replan) {
        if (object == null) {
            return;
        }
        OwnerRef owner = OwnerRef.controllerOf(object);
        String namespace = object.key().namespace();
        if (owner != null) {
            if (owner.kind().equals(kind) && owner.apiVersion().equals(SetView.API_VERSION)) {
                replan.accept(ObjectKey.of(type, namespace, owner.name()));
            }
        } else if (!object.labels().isEmpty()) {
            image.list(type, namespace).stream()
                    .filter(set -> SELECTOR.of(set).matches(object.labels()))
                    .forEach(set -> replan.accept(set.key()));
        }
    }
}
