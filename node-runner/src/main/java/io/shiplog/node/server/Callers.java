package io.shiplog.node.server;

import javax.naming.InvalidNameException;
import javax.naming.ldap.LdapName;
import javax.naming.ldap.Rdn;

/** The permitted clients of a node: the gateway by its client certificate, and {@code system:masters}. Pure. */
final class Callers {
    private static final String GATEWAY = "kube-apiserver-kubelet-client";
    private static final String MASTERS = "system:masters";

    private Callers() {}

    /** @param name the distinguished name of a certificate signed by the cluster's authority */
    static boolean allowed(String name) {
        return has(name, "O", MASTERS);
    }

    /**
     * Whether it is the gateway, which records what it opens. Its common name alone proves nothing: the cluster's signers give any, but never
     * {@code system:masters}.
     */
    static boolean isGateway(String name) {
        return has(name, "CN", GATEWAY) && has(name, "O", MASTERS);
    }

    private static boolean has(String name, String type, String value) {
        try {
            for (Rdn part : new LdapName(name).getRdns()) {
                if (part.getType().equalsIgnoreCase(type)
                        && String.valueOf(part.getValue()).equals(value)) {
                    return true;
                }
            }
            return false;
        } catch (InvalidNameException e) {
            return false;
        }
    }
}
