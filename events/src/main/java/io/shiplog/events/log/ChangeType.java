package io.shiplog.events.log;

import io.shiplog.events.kind.KindDescription;
import io.shiplog.events.kind.Schema;
import io.shiplog.events.kind.Schemas;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The types of change of an object, in order of precedence: a change has the first type that matches. A published word never
 * changes its meaning; new words are added.
 */
public enum ChangeType {
    CREATED("all", "the object was created"),
    DELETED("all", "the object was removed: at once, with its last finalizer, or when its node confirmed its end"),
    DELETION_REQUESTED(
            "all", "`metadata.deletionTimestamp` was set; the object remains until its finalizers or grace period end"),
    SCHEDULED("pod", "`spec.nodeName` was set"),
    STARTED("pod", "`status.phase` became `Running`"),
    SUCCEEDED("pod", "`status.phase` became `Succeeded`"),
    FAILED("pod", "`status.phase` became `Failed`"),
    RESTARTED("pod", "the sum of the containers' restart counts rose"),
    STREAM_OPENED(
            "pod",
            "a user was let into the pod by `exec`, `attach`, `port-forward` or `proxy`: an access event. The annotation `shiplog.io/stream-opened` of its value has time, container and command"),
    TOKEN_ISSUED(
            "serviceaccount",
            "a token of the account was handed out: an access event. The annotation `shiplog.io/token-issued` of its value has time, expiry, audiences and what the token is bound to, never the token"),
    RESIZED("pod", "the resources of its containers changed, and nothing of `status`"),
    CONTAINER_ADDED("pod", "`spec.ephemeralContainers` grew: a container was added to look into the pod"),
    CORDONED("node", "`spec.unschedulable` became true"),
    UNCORDONED("node", "`spec.unschedulable` is no longer true"),
    READY("pod, node", "the condition `Ready` became `True`"),
    UNREADY("pod, node", "the condition `Ready` is no longer `True`"),
    ACQUIRED("lease", "another holder"),
    RELEASED("lease", "no holder"),
    RENEWED("lease", "changed, with the same holder"),
    RECURRED("event", "the Event object was updated: it occurred again"),
    SCALED("all with `spec.replicas`", "`spec.replicas` changed, and nothing else of the desired state"),
    PAUSED("all with `spec.paused`", "`spec.paused` was set, and nothing else of the desired state changed"),
    RESUMED("all with `spec.paused`", "`spec.paused` was removed, and nothing else of the desired state changed"),
    TEMPLATE_CHANGED(
            "all with `spec.template`",
            "`spec.template` changed, and nothing else of the desired state: a rollout begins"),
    MODIFIED("all but lease, event", "something else of the desired state changed"),
    STATUS_CHANGED("all with `status`", "`status` changed, and nothing of the desired state"),
    LABELED("all but lease, event", "only the labels changed"),
    ANNOTATED("all but lease, event", "only the annotations changed");

    private static final Map<String, ChangeType> BY_WORD =
            Arrays.stream(values()).collect(Collectors.toUnmodifiableMap(ChangeType::word, each -> each));

    private final String word = name().toLowerCase(Locale.ROOT).replace('_', '-');
    private final String kinds;
    private final String meaning;

    ChangeType(String kinds, String meaning) {
        this.kinds = kinds;
        this.meaning = meaning;
    }

    /** The word in an event's type: {@code deletion-requested}. */
    public String word() {
        return word;
    }

    /** The change type with a word; {@link #MODIFIED} for a word of a later version. */
    public static ChangeType of(String word) {
        return BY_WORD.getOrDefault(word, MODIFIED);
    }

    /** Whether it only repeats that something is still so: a status, a held lease, a count. It is not news. */
    public boolean isRoutine() {
        return this == STATUS_CHANGED || this == RENEWED || this == RECURRED;
    }

    /** Whether it records what was observed, rather than a change of the desired state. */
    public boolean isObservation() {
        return isRoutine() || this == STARTED || this == RESTARTED || this == READY || this == UNREADY || isAccess();
    }

    /**
     * Whether it records that somebody was given access, and leaves the object as it was. The value of such an event is small: the object's identity
     * and an annotation, never the whole object.
     */
    public boolean isAccess() {
        return this == STREAM_OPENED || this == TOKEN_ISSUED;
    }

    /** The newest version of the types with this word. In version 1 of {@code stream-opened} the value was the whole pod. */
    int version() {
        return this == STREAM_OPENED ? 2 : 1;
    }

    /** Whether it may change what the object asks for: more than its labels or annotations, and not its creation. */
    public boolean changesContent() {
        return !isRoutine() && this != CREATED && this != LABELED && this != ANNOTATED && !isAccess();
    }

    /** Whether the object may no longer be where it was, or belong to its owner, so that another may replace it. */
    public boolean mayDepart() {
        return !isObservation()
                && this != CREATED
                && this != SCHEDULED
                && this != ANNOTATED
                && this != MODIFIED
                && this != RESIZED
                && this != CONTAINER_ADDED;
    }

    /** The event type of this change for an object of this kind. */
    public EventType to(KindDescription kind) {
        return EventType.of(kind.storedAs().group(), kind.kind().toLowerCase(Locale.ROOT), this);
    }

    /** The kinds it applies to, in words. */
    public String kinds() {
        return kinds;
    }

    /** What the change is, in Markdown. */
    public String meaning() {
        return meaning;
    }

    /** Whether it applies to objects of this kind. */
    public boolean canHappenTo(KindDescription kind) {
        String name = kind.singular();
        return switch (this) {
            case CREATED, DELETED, DELETION_REQUESTED -> true;
            case SCHEDULED, STARTED, SUCCEEDED, FAILED, RESTARTED, STREAM_OPENED, RESIZED, CONTAINER_ADDED ->
                name.equals("pod");
            case TOKEN_ISSUED -> name.equals("serviceaccount");
            case CORDONED, UNCORDONED -> name.equals("node");
            case READY, UNREADY -> name.equals("pod") || name.equals("node");
            case ACQUIRED, RELEASED, RENEWED -> name.equals("lease");
            case RECURRED -> name.equals("event");
            case SCALED -> wants(kind, "replicas");
            case PAUSED, RESUMED -> wants(kind, "paused");
            case TEMPLATE_CHANGED -> wants(kind, "template");
            case STATUS_CHANGED -> everyday(name) && field(Schemas.builtIn().of(kind), "status") != null;
            case MODIFIED, LABELED, ANNOTATED -> everyday(name);
        };
    }

    private static boolean everyday(String kind) {
        return !kind.equals("lease") && !kind.equals("event");
    }

    private static boolean wants(KindDescription kind, String field) {
        Schema.Field spec = field(Schemas.builtIn().of(kind), "spec");
        return spec != null && spec.type() instanceof Schema.Struct struct && struct.field(field) != null;
    }

    private static Schema.@Nullable Field field(Schema.@Nullable Struct struct, String name) {
        return struct == null ? null : struct.field(name);
    }
}
