package io.shiplog.node.reference;

/** A reference that cannot be resolved now; it may be later. The message is Kubernetes' own. */
public final class UnresolvedException extends Exception {
    private static final long serialVersionUID = 1L;

    public UnresolvedException(String message) {
        super(message);
    }
}
