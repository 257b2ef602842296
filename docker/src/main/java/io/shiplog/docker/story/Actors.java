package io.shiplog.docker.story;

import io.shiplog.docker.client.KubeApi;

/** Display names and user names. */
final class Actors {
    private static final String CONTROLLER = "system:serviceaccount:kube-system:";

    private Actors() {}

    /** The user of a name; if no user of it is known, the controller. */
    static String named(String shown, KubeApi api, String shard) {
        if (shown.contains(":")) {
            return shown;
        }
        boolean known = !new PastChanges(api, "")
                .where("actor", shown)
                .with("shard", shard)
                .with("order", "newest")
                .with("fields", "false")
                .first(1)
                .isEmpty();
        return known ? shown : CONTROLLER + shown;
    }
}
