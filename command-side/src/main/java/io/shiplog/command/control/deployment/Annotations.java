package io.shiplog.command.control.deployment;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/** The annotations in which Deployments and their ReplicaSets record a rollout. */
final class Annotations {
    static final String REVISION = "deployment.kubernetes.io/revision";
    static final String REVISION_HISTORY = "deployment.kubernetes.io/revision-history";
    static final String DESIRED_REPLICAS = "deployment.kubernetes.io/desired-replicas";
    static final String MAX_REPLICAS = "deployment.kubernetes.io/max-replicas";

    /** Kubernetes' own limit, in characters; the oldest revisions are dropped first. */
    private static final int MAX_HISTORY_CHARS = 2000;

    private static final Set<String> NOT_COPIED = Set.of(
            "kubectl.kubernetes.io/last-applied-configuration",
            REVISION,
            REVISION_HISTORY,
            DESIRED_REPLICAS,
            MAX_REPLICAS,
            "deprecated.deployment.rollback.to");

    private Annotations() {}

    /** The number in an annotation, up to {@link Long#MAX_VALUE} as in Kubernetes; {@code otherwise} if it is none. */
    static long number(String text, long otherwise) {
        try {
            long number = Long.parseLong(text);
            return number < 0 ? otherwise : number;
        } catch (NumberFormatException e) {
            return otherwise;
        }
    }

    /** The annotations to add to the ReplicaSet of the current template. */
    static Map<String, String> ofNewest(Rollout rollout, Map<String, String> has, long revision) {
        Map<String, String> next = new HashMap<>(rollout.annotations());
        next.keySet().removeAll(NOT_COPIED);
        next.putAll(sizes(rollout));
        String before = has.getOrDefault(REVISION, "");
        if (before.isEmpty()) {
            next.put(REVISION, Long.toString(revision));
        } else if (number(before, Long.MAX_VALUE) < revision) {
            next.put(REVISION, Long.toString(revision));
            next.put(REVISION_HISTORY, history(has.getOrDefault(REVISION_HISTORY, ""), before));
        }
        return next;
    }

    private static String history(String before, String revision) {
        String history = before.isEmpty() ? revision : before + "," + revision;
        while (history.length() > MAX_HISTORY_CHARS) {
            history = history.substring(history.indexOf(',') + 1);
        }
        return history;
    }

    /** The annotations that a ReplicaSet needs for proportional scaling. */
    static Map<String, String> sizes(Rollout rollout) {
        return Map.of(
                DESIRED_REPLICAS, Integer.toString(rollout.replicas()),
                MAX_REPLICAS, Integer.toString(rollout.replicas() + rollout.maxSurge()));
    }
}
