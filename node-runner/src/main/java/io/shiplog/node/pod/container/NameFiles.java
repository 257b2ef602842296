package io.shiplog.node.pod.container;

import com.fasterxml.jackson.databind.JsonNode;
import io.shiplog.node.pod.desired.DesiredPod;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The content of a pod's {@code /etc/hosts} and {@code /etc/resolv.conf}. Pure.
 *
 * @see <a href="https://kubernetes.io/docs/concepts/services-networking/dns-pod-service/">DNS for Services and Pods</a>
 */
final class NameFiles {
    /** Kubernetes' limit. */
    private static final int MAX_NAME_SERVERS = 3;

    private NameFiles() {}

    /** The pod's host name: its hostnameOverride, its hostname, or its name, truncated to Linux's limit. */
    static String hostname(DesiredPod pod) {
        String override = pod.spec().path("hostnameOverride").asText("");
        String wish = override.isEmpty() ? pod.spec().path("hostname").asText("") : override;
        String name = wish.isEmpty() ? pod.key().name() : wish;
        String cut = name.length() > 63 ? name.substring(0, 63) : name;
        return cut.replaceAll("[-.]+$", "");
    }

    /** The pod's subdomain, which a name that is overridden does not get. */
    private static String subdomain(DesiredPod pod) {
        boolean overridden = !pod.spec().path("hostnameOverride").asText("").isEmpty();
        return overridden ? "" : pod.spec().path("subdomain").asText("");
    }

    /** The output of {@code hostname} inside: the FQDN if the pod requests that, and has one. */
    static String kernelHostname(DesiredPod pod, String clusterDomain) {
        String subdomain = subdomain(pod);
        return pod.spec().path("setHostnameAsFQDN").asBoolean(false) && !subdomain.isEmpty()
                ? "%s.%s.%s.svc.%s"
                        .formatted(hostname(pod), subdomain, pod.key().namespace(), clusterDomain)
                : hostname(pod);
    }

    static String hosts(DesiredPod pod, List<String> ips, String clusterDomain) {
        StringBuilder text = new StringBuilder("# Kubernetes-managed hosts file.\n"
                + "127.0.0.1\tlocalhost\n"
                + "::1\tlocalhost ip6-localhost ip6-loopback\n"
                + "fe00::\tip6-localnet\n"
                + "fe00::\tip6-mcastprefix\n"
                + "fe00::1\tip6-allnodes\n"
                + "fe00::2\tip6-allrouters\n");
        String hostname = hostname(pod);
        String subdomain = subdomain(pod);
        for (String ip : ips) {
            text.append(ip).append('\t');
            if (!subdomain.isEmpty()) {
                text.append("%s.%s.%s.svc.%s\t"
                        .formatted(hostname, subdomain, pod.key().namespace(), clusterDomain));
            }
            text.append(hostname).append('\n');
        }
        return text.append(aliases(pod)).toString();
    }

    /** The pod's hostAliases. */
    static String aliases(DesiredPod pod) {
        StringBuilder text = new StringBuilder();
        if (pod.spec().path("hostAliases").size() > 0) {
            text.append("\n# Entries added by HostAliases.\n");
            for (JsonNode alias : pod.spec().path("hostAliases")) {
                List<String> names = new ArrayList<>();
                alias.path("hostnames").forEach(name -> names.add(name.asText()));
                text.append(alias.path("ip").asText())
                        .append('\t')
                        .append(String.join("\t", names))
                        .append('\n');
            }
        }
        return text.toString();
    }

    /**
     * @param clusterDns the cluster's name server, empty if it has none
     * @param machine the machine's own resolv.conf
     */
    static String resolvConf(DesiredPod pod, String clusterDns, String clusterDomain, String machine) {
        String policy = pod.spec().path("dnsPolicy").asText("ClusterFirst");
        boolean cluster =
                policy.equals("ClusterFirstWithHostNet") || (policy.equals("ClusterFirst") && !pod.hostNetwork());
        Set<String> servers = new LinkedHashSet<>();
        Set<String> search = new LinkedHashSet<>();
        Map<String, String> options = new LinkedHashMap<>();
        if (cluster && !clusterDns.isEmpty()) {
            servers.add(clusterDns);
            String namespace = pod.key().namespace();
            search.addAll(List.of(namespace + ".svc." + clusterDomain, "svc." + clusterDomain, clusterDomain));
            options.put("ndots", "5");
        } else if (!policy.equals("None")) {
            readMachine(machine, servers, search, options);
        }
        JsonNode wish = pod.spec().path("dnsConfig");
        wish.path("nameservers").forEach(server -> servers.add(server.asText()));
        wish.path("searches").forEach(domain -> search.add(domain.asText()));
        wish.path("options")
                .forEach(option -> options.put(
                        option.path("name").asText(), option.path("value").asText("")));
        return text(servers, search, options);
    }

    private static void readMachine(
            String machine, Set<String> servers, Set<String> search, Map<String, String> options) {
        for (String line : machine.lines().toList()) {
            String[] words = line.strip().split("\\s+");
            if (words[0].equals("nameserver") && words.length > 1) {
                servers.add(words[1]);
            } else if (words[0].equals("search")) {
                search.clear();
                search.addAll(List.of(words).subList(1, words.length));
            } else if (words[0].equals("options")) {
                for (String option : List.of(words).subList(1, words.length)) {
                    int colon = option.indexOf(':');
                    options.put(
                            colon < 0 ? option : option.substring(0, colon),
                            colon < 0 ? "" : option.substring(colon + 1));
                }
            }
        }
    }

    private static String text(Set<String> servers, Set<String> search, Map<String, String> options) {
        StringBuilder text = new StringBuilder();
        if (!search.isEmpty()) {
            text.append("search ").append(String.join(" ", search)).append('\n');
        }
        servers.stream()
                .limit(MAX_NAME_SERVERS)
                .forEach(server -> text.append("nameserver ").append(server).append('\n'));
        if (!options.isEmpty()) {
            List<String> words = new ArrayList<>();
            options.forEach((name, value) -> words.add(value.isEmpty() ? name : name + ":" + value));
            text.append("options ").append(String.join(" ", words)).append('\n');
        }
        return text.toString();
    }
}
