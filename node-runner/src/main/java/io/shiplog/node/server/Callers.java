package io.shiplog.node.server;

import io.shiplog.events.object.Actor;
import java.util.ArrayList;
import java.util.List;
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

    /** The user of a certificate: its common name, with its organizations as groups. */
    static Actor actor(String name) {
        List<String> groups = new ArrayList<>();
        String user = "";
        try {
            for (Rdn part : new LdapName(name).getRdns()) {
                if (part.getType().equalsIgnoreCase("O")) {
                    groups.add(String.valueOf(part.getValue()));
                } else if (part.getType().equalsIgnoreCase("CN")) {
                    user = String.valueOf(part.getValue());
                }
            }
        } catch (InvalidNameException e) {
            return new Actor("system:anonymous", List.of("system:unauthenticated"));
        }
        groups.add("system:authenticated");
        return new Actor(user, groups);
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
