package io.shiplog.command.control.autoscale;

/** Why a metric gives no number of replicas, in Kubernetes' words. */
final class NoReplicaCountException extends Exception {
    private static final long serialVersionUID = 1L;

    NoReplicaCountException(String message) {
        super(message, null, false, false);
    }
}
