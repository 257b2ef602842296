package io.shiplog.node.server;

import io.shiplog.events.object.Actor;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import javax.naming.InvalidNameException;
import javax.naming.ldap.LdapName;
import javax.naming.ldap.Rdn;

/** The permitted clients of a node: the gateway by its client certificate, and {@code system:masters}. Pure. */
final class Callers {
    private static final String GATEWAY = "kube-apiserver-kubelet-client";
    private static final String MASTERS = "system:masters";
    /** The user in whose name the gateway asks, as in a query string. */
    static final String USER = "shiplog-user";
    /** Of the user's groups the one that is not limited. */
    static final String GROUP = "shiplog-group";

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

    /**
     * The user in whose name the gateway opens a stream: its limits are that user's. Without the headers, a user without a name.
     */
    static Actor user(RequestHead head) {
        String user = head.header(USER);
        boolean master = MASTERS.equals(head.header(GROUP));
        return new Actor(
                user == null ? "" : URLDecoder.decode(user, StandardCharsets.UTF_8),
                master ? List.of(MASTERS) : List.of());
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
