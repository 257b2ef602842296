package io.shiplog.node.dns;

import io.shiplog.node.net.address.Ipv4;
import io.shiplog.node.net.address.Ipv4Range;
import io.shiplog.node.net.services.ClusterService;
import io.shiplog.node.net.services.Endpoint;
import io.shiplog.node.net.services.EndpointGroup;
import io.shiplog.node.net.services.Protocol;
import io.shiplog.node.net.services.ServiceName;
import io.shiplog.node.net.services.ServicePort;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.xbill.DNS.ARecord;
import org.xbill.DNS.CNAMERecord;
import org.xbill.DNS.DClass;
import org.xbill.DNS.NSRecord;
import org.xbill.DNS.Name;
import org.xbill.DNS.PTRRecord;
import org.xbill.DNS.Record;
import org.xbill.DNS.SOARecord;
import org.xbill.DNS.SRVRecord;
import org.xbill.DNS.TXTRecord;
import org.xbill.DNS.TextParseException;
import org.xbill.DNS.Type;

/**
 * The DNS zone of a cluster. Pure: the answer depends only on the question and the objects.
 *
 * @see <a href="https://github.com/kubernetes/dns/blob/master/docs/specification.md">Kubernetes DNS-Based Service Discovery</a>
 */
final class ClusterZone {
    static final String SCHEMA_VERSION = "1.1.0";
    /** ClusterIPs live as long as their Services. */
    private static final long STABLE_TTL = Duration.ofSeconds(30).toSeconds();
    /** Endpoints change, and so do missing names. */
    private static final long VOLATILE_TTL = Duration.ofSeconds(5).toSeconds();

    private static final int SRV_WEIGHT = 100;
    private static final int OCTETS = 4;

    private final Name domain;
    private final Name nameServer;
    private final Ipv4 address;
    private final Ipv4Range podRange;
    private final Ipv4Range serviceRange;
    private final Name reverseDomain = name("in-addr.arpa.");

    ClusterZone(DnsConfig config) {
        this.domain = name(config.domain() + ".");
        this.nameServer = name("ns.dns." + config.domain() + ".");
        this.address = config.address();
        this.podRange = config.podRange();
        this.serviceRange = config.serviceRange();
    }

    /** Answers a question of class IN. */
    ZoneAnswer answer(ClusterNames names, Name name, int type) {
        if (name.subdomain(domain)) {
            return forward(names, name, type);
        }
        return name.subdomain(reverseDomain) ? reverse(names, name, type) : ZoneAnswer.ELSEWHERE;
    }

    /** The SOA record with the TTL of a negative answer. */
    SOARecord authority(long serial) {
        Name admin = name("hostmaster." + domain);
        return new SOARecord(
                domain,
                DClass.IN,
                VOLATILE_TTL,
                nameServer,
                admin,
                serial & 0xffff_ffffL,
                7200,
                1800,
                86_400,
                VOLATILE_TTL);
    }

    private ZoneAnswer forward(ClusterNames names, Name name, int type) {
        List<String> labels = labels(name, domain);
        if (labels.isEmpty()) {
            return typed(type, Type.NS, List.of(new NSRecord(name, DClass.IN, STABLE_TTL, nameServer)));
        }
        return switch (labels.getLast()) {
            case "svc" -> service(names, name, type, labels.subList(0, labels.size() - 1));
            case "pod" -> pod(names, name, type, labels.subList(0, labels.size() - 1));
            case "dns-version" ->
                labels.size() == 1
                        ? typed(type, Type.TXT, List.of(new TXTRecord(name, DClass.IN, STABLE_TTL, SCHEMA_VERSION)))
                        : ZoneAnswer.NO_NAME;
            case "dns" -> nameServer(name, type, labels);
            default -> ZoneAnswer.NO_NAME;
        };
    }

    private ZoneAnswer nameServer(Name name, int type, List<String> labels) {
        if (labels.size() == 1) {
            return ZoneAnswer.NO_DATA;
        }
        return labels.equals(List.of("ns", "dns"))
                ? typed(type, Type.A, List.of(a(name, address, STABLE_TTL)))
                : ZoneAnswer.NO_NAME;
    }

    /** {@code [[_port._proto | endpoint].service.]namespace.svc}. */
    private ZoneAnswer service(ClusterNames names, Name name, int type, List<String> labels) {
        if (labels.isEmpty()) {
            return ZoneAnswer.NO_DATA;
        }
        String namespace = labels.getLast();
        if (labels.size() == 1) {
            return names.hasNamespace(namespace) ? ZoneAnswer.NO_DATA : ZoneAnswer.NO_NAME;
        }
        ClusterService service = names.services().get(new ServiceName(namespace, labels.get(labels.size() - 2)));
        if (service == null) {
            return ZoneAnswer.NO_NAME;
        }
        List<String> rest = labels.subList(0, labels.size() - 2);
        if (!service.externalName().isEmpty()) {
            return rest.isEmpty() ? alias(service, name) : ZoneAnswer.NO_NAME;
        }
        return switch (rest.size()) {
            case 0 -> itself(service, name, type);
            case 1 -> below(service, name, type, rest.getFirst());
            case 2 -> port(service, name, type, rest.getFirst(), rest.getLast());
            default -> ZoneAnswer.NO_NAME;
        };
    }

    private static ZoneAnswer alias(ClusterService service, Name name) {
        try {
            Name target = Name.fromString(service.externalName(), Name.root);
            return new ZoneAnswer.Alias(new CNAMERecord(name, DClass.IN, STABLE_TTL, target), target);
        } catch (TextParseException e) {
            return ZoneAnswer.NO_NAME;
        }
    }

    /** Its addresses; for SRV all of its ports, which exceeds the specification, and peer finders use it. */
    private ZoneAnswer itself(ClusterService service, Name name, int type) {
        List<Endpoint> ready = readyEndpoints(service);
        if (service.headless() && ready.isEmpty()) {
            return ZoneAnswer.NO_NAME;
        }
        if (type == Type.SRV) {
            return srv(service, name, port -> true);
        }
        List<Record> addresses = new ArrayList<>();
        if (service.headless()) {
            Set<Ipv4> distinct = new LinkedHashSet<>();
            ready.forEach(endpoint -> distinct.add(endpoint.ip()));
            distinct.forEach(ip -> addresses.add(a(name, ip, VOLATILE_TTL)));
        } else {
            service.clusterIps().forEach(ip -> addresses.add(a(name, ip, STABLE_TTL)));
        }
        return typed(type, Type.A, addresses);
    }

    private static List<Endpoint> readyEndpoints(ClusterService service) {
        List<Endpoint> ready = new ArrayList<>();
        service.groups()
                .forEach(group ->
                        group.endpoints().stream().filter(Endpoint::ready).forEach(ready::add));
        return ready;
    }

    /** One endpoint by its hostname, or the empty name between a port's and the Service's. */
    private ZoneAnswer below(ClusterService service, Name name, int type, String label) {
        if (label.startsWith("_")) {
            boolean known = service.ports().stream()
                    .anyMatch(port -> label.equals("_" + port.protocol().lower())
                            && !port.name().isEmpty());
            return known ? ZoneAnswer.NO_DATA : ZoneAnswer.NO_NAME;
        }
        Set<Ipv4> addresses = new LinkedHashSet<>();
        readyEndpoints(service).stream()
                .filter(endpoint -> endpoint.dnsName().toLowerCase(Locale.ROOT).equals(label))
                .forEach(endpoint -> addresses.add(endpoint.ip()));
        if (addresses.isEmpty()) {
            return ZoneAnswer.NO_NAME;
        }
        return typed(
                type,
                Type.A,
                addresses.stream().map(ip -> (Record) a(name, ip, VOLATILE_TTL)).toList());
    }

    private ZoneAnswer port(ClusterService service, Name name, int type, String portLabel, String protocolLabel) {
        ZoneAnswer found = srv(
                service,
                name,
                port -> !port.name().isEmpty()
                        && portLabel.equals("_" + port.name().toLowerCase(Locale.ROOT))
                        && protocolLabel.equals("_" + port.protocol().lower()));
        boolean there = found instanceof ZoneAnswer.Found;
        return there && type != Type.SRV && type != Type.ANY ? ZoneAnswer.NO_DATA : found;
    }

    private interface PortFilter {
        boolean test(ServicePort port);
    }

    private ZoneAnswer srv(ClusterService service, Name name, PortFilter wanted) {
        List<Record> answers = new ArrayList<>();
        Map<Name, Record> additional = new LinkedHashMap<>();
        for (ServicePort port : service.ports()) {
            if (!wanted.test(port)) {
                continue;
            }
            if (service.headless()) {
                addEndpointTargets(service, port, name, answers, additional);
            } else {
                Name target = serviceDomain(service);
                answers.add(new SRVRecord(name, DClass.IN, STABLE_TTL, 0, SRV_WEIGHT, port.port(), target));
                service.clusterIps().forEach(ip -> additional.put(target, a(target, ip, STABLE_TTL)));
            }
        }
        return answers.isEmpty() ? ZoneAnswer.NO_NAME : new ZoneAnswer.Found(answers, List.copyOf(additional.values()));
    }

    private void addEndpointTargets(
            ClusterService service, ServicePort port, Name name, List<Record> answers, Map<Name, Record> additional) {
        for (EndpointGroup group : service.groups()) {
            for (EndpointGroup.Port open : group.ports()) {
                if (!matches(open, port)) {
                    continue;
                }
                for (Endpoint endpoint : group.endpoints()) {
                    Name target = endpoint.ready() ? endpointDomain(service, endpoint) : null;
                    if (target != null) {
                        answers.add(new SRVRecord(name, DClass.IN, VOLATILE_TTL, 0, SRV_WEIGHT, open.port(), target));
                        additional.put(target, a(target, endpoint.ip(), VOLATILE_TTL));
                    }
                }
            }
        }
    }

    private static boolean matches(EndpointGroup.Port open, ServicePort port) {
        Protocol protocol = port.protocol();
        return open.protocol() == protocol && open.name().equals(port.name());
    }

    private Name serviceDomain(ClusterService service) {
        ServiceName n = service.name();
        return name(n.name() + "." + n.namespace() + ".svc." + domain);
    }

    private @Nullable Name endpointDomain(ClusterService service, Endpoint endpoint) {
        try {
            return Name.fromString(endpoint.dnsName(), serviceDomain(service));
        } catch (TextParseException e) {
            return null;
        }
    }

    /** {@code 10-244-1-7.namespace.pod}: only for existing pods, so that no name exists for arbitrary addresses. */
    private ZoneAnswer pod(ClusterNames names, Name name, int type, List<String> labels) {
        if (labels.isEmpty()) {
            return ZoneAnswer.NO_DATA;
        }
        String namespace = labels.getLast();
        if (labels.size() == 1) {
            return names.hasNamespace(namespace) ? ZoneAnswer.NO_DATA : ZoneAnswer.NO_NAME;
        }
        Ipv4 ip = labels.size() == 2 ? Ipv4.parse(labels.getFirst().replace('-', '.')) : null;
        return ip != null && names.hasPod(namespace, ip)
                ? typed(type, Type.A, List.of(a(name, ip, VOLATILE_TTL)))
                : ZoneAnswer.NO_NAME;
    }

    /** Addresses of our ranges are answered here; others if they are a Service's, else forwarded. */
    private ZoneAnswer reverse(ClusterNames names, Name name, int type) {
        List<String> labels = labels(name, reverseDomain);
        Ipv4 ip = labels.size() == OCTETS ? Ipv4.parse(String.join(".", labels.reversed())) : null;
        if (ip == null) {
            return ZoneAnswer.ELSEWHERE;
        }
        List<Record> pointers = new ArrayList<>();
        if (ip.equals(address)) {
            pointers.add(new PTRRecord(name, DClass.IN, STABLE_TTL, nameServer));
        }
        for (String known : names.reverse().byAddress().getOrDefault(ip, List.of())) {
            pointers.add(new PTRRecord(name, DClass.IN, VOLATILE_TTL, name(known + ".svc." + domain)));
        }
        if (!pointers.isEmpty()) {
            return typed(type, Type.PTR, pointers);
        }
        return podRange.contains(ip) || serviceRange.contains(ip) ? ZoneAnswer.NO_NAME : ZoneAnswer.ELSEWHERE;
    }

    private static ZoneAnswer typed(int asked, int type, List<Record> records) {
        return !records.isEmpty() && (asked == type || asked == Type.ANY)
                ? new ZoneAnswer.Found(records)
                : ZoneAnswer.NO_DATA;
    }

    private static ARecord a(Name name, Ipv4 ip, long ttl) {
        return new ARecord(name, DClass.IN, ttl, ip.toInetAddress());
    }

    /** The labels before a domain, in lower case: names are case-insensitive. */
    private static List<String> labels(Name name, Name domain) {
        List<String> labels = new ArrayList<>();
        for (int i = 0; i < name.labels() - domain.labels(); i++) {
            labels.add(name.getLabelString(i).toLowerCase(Locale.ROOT));
        }
        return labels;
    }

    private static Name name(String text) {
        try {
            return Name.fromString(text);
        } catch (TextParseException e) {
            throw new IllegalArgumentException("not a domain name: " + text, e);
        }
    }
}
