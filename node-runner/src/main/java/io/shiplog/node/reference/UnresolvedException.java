package io.shiplog.node.reference;

/** A reference leads nowhere now; it may later. The message is Kubernetes' own. */
public final class UnresolvedException extends Exception {
    private static final long serialVersionUID = 1L;

    public UnresolvedException(String message) {
        super(message);
    }
}
