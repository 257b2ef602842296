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
        try {
            boolean allowed = false;
            for (Rdn part : new LdapName(name).getRdns()) {
                String value = String.valueOf(part.getValue());
                allowed |= part.getType().equalsIgnoreCase("CN") && value.equals(GATEWAY);
                allowed |= part.getType().equalsIgnoreCase("O") && value.equals(MASTERS);
            }
            return allowed;
        } catch (InvalidNameException e) {
            return false;
        }
    }
}
