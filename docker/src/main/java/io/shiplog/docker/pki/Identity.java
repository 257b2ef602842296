package io.shiplog.docker.pki;

import io.shiplog.events.object.Actor;
import java.util.List;

/**
 * The owner of a certificate, named as in Kubernetes.
 *
 * @param file the base name of its files
 * @param user common name: the user
 * @param groups organizations: the groups
 * @param names subject alternative names, DNS names and IP addresses, for servers; empty for clients
 * @param use server, client, or both
 * @see <a href="https://kubernetes.io/docs/setup/best-practices/certificates/">PKI certificates and requirements</a>
 */
public record Identity(String file, String user, List<String> groups, List<String> names, Use use) {
    /** The extended key usage of a certificate: a client's cannot be used by a server, nor the other way round. */
    public enum Use {
        CLIENT,
        SERVER,
        BOTH
    }

    public Identity {
        groups = List.copyOf(groups);
        names = List.copyOf(names);
    }

    /**
     * The type of its key. Processes of the cluster have elliptic curves, which are quick. A person's key is RSA, as kubeadm makes it: clients
     * exist that take any other key in a kubeconfig for one of RSA.
     */
    KeyType keyType() {
        return equals(admin()) ? KeyType.RSA : KeyType.EC;
    }

    /** By the name that Java's key factories know. */
    enum KeyType {
        EC,
        RSA
    }

    /** The admin of the kubeconfig. */
    public static Identity admin() {
        return new Identity("admin", "kubernetes-admin", List.of("system:masters"), List.of(), Use.CLIENT);
    }

    /** The gateway as a server. */
    public static Identity gateway(List<String> names) {
        return new Identity("apiserver", "kube-apiserver", List.of(), names, Use.SERVER);
    }

    /** The gateway as a client of node runners and the command side. */
    public static Identity gatewayClient() {
        return new Identity(
                "apiserver-kubelet-client",
                "kube-apiserver-kubelet-client",
                List.of("system:masters"),
                List.of(),
                Use.CLIENT);
    }

    /** A part of the control plane that asks nodes what they use. It opens no streams: only the gateway's own identity does. */
    public static Identity usageReader() {
        return new Identity("usage-reader", "shiplog:usage-reader", List.of("system:masters"), List.of(), Use.CLIENT);
    }

    /** The command side as a server. */
    public static Identity commandSide(List<String> names) {
        return new Identity("command-side", "shiplog:command-side", List.of("shiplog:command-side"), names, Use.SERVER);
    }

    /**
     * Whether the owner of a certificate may send commands in the name of an actor: a gateway, which has authenticated its
     * client, for all; a node's runner only for its node.
     *
     * @param subject RFC 2253, as {@code CN=system:node:n1,O=system:nodes}
     */
    public static boolean speaksFor(String subject, Actor actor) {
        return subject.equals("CN=kube-apiserver-kubelet-client,O=system:masters")
                || actor.nodeName()
                        .filter(node -> actor.equals(Actor.node(node)))
                        .filter(node -> subject.equals("CN=system:node:%s,O=system:nodes".formatted(node)))
                        .isPresent();
    }

    /** A node's runner as a client of the command side. */
    public static Identity node(String node) {
        return new Identity("node-" + node, "system:node:" + node, List.of("system:nodes"), List.of(), Use.CLIENT);
    }

    /**
     * A node's runner as a server for gateways, which verify the node's name. It contains no address: the API may have the same
     * one, and a node's certificate would be valid for the API.
     */
    public static Identity nodeServer(String node) {
        return new Identity(
                "node-" + node + "-server", "system:node:" + node, List.of("system:nodes"), List.of(node), Use.SERVER);
    }
}
