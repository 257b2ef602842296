package io.shiplog.node.dns;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.shiplog.events.json.Json;
import io.shiplog.events.object.ObjectKey;
import io.shiplog.events.object.ResourceType;
import io.shiplog.node.net.address.Ipv4;
import io.shiplog.projections.image.StoredObject;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.xbill.DNS.Name;
import org.xbill.DNS.TextParseException;

/**
 * Where names outside the cluster are asked, as the ConfigMap {@code kube-system/kube-dns} says. What cannot be read is left out: a typing
 * error must not take away all names.
 *
 * @param stubs the servers of a domain and all below it
 * @param upstream the servers of all other names; empty for the machine's
 * @see <a
 *     href="https://kubernetes.io/docs/tasks/administer-cluster/dns-custom-nameservers/">Customizing DNS Service</a>
 */
record Forwarding(Map<Name, List<InetSocketAddress>> stubs, List<InetSocketAddress> upstream) {
    static final ObjectKey CONFIG = ObjectKey.of(ResourceType.core("configmaps"), "kube-system", "kube-dns");
    /** The machine's own servers for everything. */
    static final Forwarding NONE = new Forwarding(Map.of(), List.of());

    private static final int MAX_SERVERS = 3;
    private static final int MAX_STUBS = 100;
    private static final int MAX_PORT = 65_535;

    Forwarding {
        stubs = Map.copyOf(stubs);
        upstream = List.copyOf(upstream);
    }

    /** Reads the ConfigMap; without one there is none. */
    static Forwarding of(@Nullable StoredObject configMap) {
        if (configMap == null) {
            return NONE;
        }
        JsonNode data = configMap.json().tree().path("data");
        Map<Name, List<InetSocketAddress>> stubs = new LinkedHashMap<>();
        for (Map.Entry<String, JsonNode> stub : parse(data.path("stubDomains")).properties()) {
            Name domain = name(stub.getKey());
            List<InetSocketAddress> servers = servers(stub.getValue());
            if (domain != null && !servers.isEmpty() && stubs.size() < MAX_STUBS) {
                stubs.put(domain, servers);
            }
        }
        return new Forwarding(stubs, servers(parse(data.path("upstreamNameservers"))));
    }

    /** The servers to ask about a name, those of the longest domain that it is in; empty for the machine's own. */
    List<InetSocketAddress> servers(Name name) {
        Name longest = null;
        for (Name domain : stubs.keySet()) {
            if (name.subdomain(domain) && (longest == null || domain.labels() > longest.labels())) {
                longest = domain;
            }
        }
        return longest == null ? upstream : stubs.getOrDefault(longest, upstream);
    }

    private static JsonNode parse(JsonNode text) {
        try {
            return Json.MAPPER.readTree(text.asText(""));
        } catch (JsonProcessingException e) {
            return Json.MAPPER.missingNode();
        }
    }

    private static @Nullable Name name(String domain) {
        try {
            return Name.fromString(domain, Name.root);
        } catch (TextParseException e) {
            return null;
        }
    }

    private static List<InetSocketAddress> servers(JsonNode texts) {
        List<InetSocketAddress> servers = new ArrayList<>();
        for (JsonNode text : texts) {
            InetSocketAddress server = server(text.asText());
            if (server != null && servers.size() < MAX_SERVERS) {
                servers.add(server);
            }
        }
        return servers;
    }

    /** {@code a.b.c.d} or {@code a.b.c.d:port}; a name would have to be resolved here. */
    private static @Nullable InetSocketAddress server(String text) {
        int colon = text.indexOf(':');
        Ipv4 address = Ipv4.parse(colon < 0 ? text : text.substring(0, colon));
        String port = colon < 0 ? String.valueOf(DnsConfig.STANDARD_PORT) : text.substring(colon + 1);
        if (address == null || !port.matches("[0-9]{1,5}")) {
            return null;
        }
        int number = Integer.parseInt(port);
        return number < 1 || number > MAX_PORT ? null : new InetSocketAddress(address.toInetAddress(), number);
    }
}
