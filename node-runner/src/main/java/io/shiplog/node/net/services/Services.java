package io.shiplog.node.net.services;

import io.shiplog.events.object.ResourceType;
import io.shiplog.node.net.address.Ipv4Range;
import io.shiplog.projections.image.Image;
import io.shiplog.projections.image.StoredObject;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** All Services of an image. A function of the image only; {@link #next} reuses what did not change. */
public final class Services {
    public static final ResourceType SERVICES = ResourceType.core("services");
    public static final ResourceType ENDPOINT_SLICES = new ResourceType("discovery.k8s.io", "endpointslices");
    static final ResourceType NODES = ResourceType.core("nodes");
    private static final String ZONE_LABEL = "topology.kubernetes.io/zone";
    private static final String SERVICE_NAME_LABEL = "kubernetes.io/service-name";

    public static final Services EMPTY = allowing(Set.of());

    /** A Service with its source objects: it is reused while these are unchanged. */
    private record Read(StoredObject object, List<EndpointGroup> groups, ClusterService service) {}

    private record ReadSlice(StoredObject object, @Nullable EndpointGroup group) {}

    private final Set<Ipv4Range> externalIps;
    private final SortedMap<ServiceName, ClusterService> byName;
    private final Map<ServiceName, Read> reads;
    private final Map<ServiceName, ReadSlice> slices;
    private final Map<String, String> zones;

    private Services(
            Set<Ipv4Range> externalIps,
            SortedMap<ServiceName, ClusterService> byName,
            Map<ServiceName, Read> reads,
            Map<ServiceName, ReadSlice> slices,
            Map<String, String> zones) {
        this.externalIps = externalIps;
        this.byName = java.util.Collections.unmodifiableSortedMap(byName);
        this.reads = reads;
        this.slices = slices;
        this.zones = zones;
    }

    /**
     * No Services yet.
     *
     * @param externalIps the ranges whose addresses a Service may claim by {@code externalIPs}. Others are ignored: who may create a
     *     Service must not draw traffic of any address to it (CVE-2020-8554)
     */
    public static Services allowing(Set<Ipv4Range> externalIps) {
        return new Services(Set.copyOf(externalIps), new TreeMap<>(), Map.of(), Map.of(), Map.of());
    }

    /** Reads an image, with no {@code externalIPs} allowed. */
    public static Services of(Image image) {
        return EMPTY.next(image);
    }

    /** The Services of another image, reusing unchanged parts of this one. */
    public Services next(Image image) {
        Map<ServiceName, ReadSlice> nextSlices = new HashMap<>();
        Map<ServiceName, List<EndpointGroup>> groups = new HashMap<>();
        for (StoredObject slice : image.list(ENDPOINT_SLICES)) {
            ServiceName key = nameOf(slice);
            ReadSlice before = slices.get(key);
            ReadSlice read = before != null && before.object() == slice
                    ? before
                    : new ReadSlice(slice, ServiceReader.group(slice.json().tree()));
            nextSlices.put(key, read);
            String owner = slice.labels().get(SERVICE_NAME_LABEL);
            if (owner != null && read.group() != null) {
                groups.computeIfAbsent(new ServiceName(slice.key().namespace(), owner), n -> new ArrayList<>())
                        .add(read.group());
            }
        }
        Map<ServiceName, Read> nextReads = new HashMap<>();
        SortedMap<ServiceName, ClusterService> services = new TreeMap<>();
        for (StoredObject object : image.list(SERVICES)) {
            ServiceName name = nameOf(object);
            Read read = read(name, object, groups.getOrDefault(name, List.of()));
            nextReads.put(name, read);
            services.put(name, read.service());
        }
        Map<String, String> nextZones = new HashMap<>();
        for (StoredObject node : image.list(NODES)) {
            String zone = zone(node);
            if (!zone.isEmpty()) {
                nextZones.put(node.key().name(), zone);
            }
        }
        return new Services(externalIps, services, nextReads, nextSlices, nextZones);
    }

    /** The zone of a node, empty if it has none. */
    static String zone(StoredObject node) {
        return node.labels().getOrDefault(ZONE_LABEL, "");
    }

    private Read read(ServiceName name, StoredObject object, List<EndpointGroup> groups) {
        Read before = reads.get(name);
        if (before != null && before.object() == object && before.groups().equals(groups)) {
            return before;
        }
        return new Read(
                object, groups, ServiceReader.service(name, object.json().tree(), groups, externalIps));
    }

    private static ServiceName nameOf(StoredObject object) {
        return new ServiceName(object.key().namespace(), object.key().name());
    }

    /** The zones of some nodes; those without one are left out. */
    public Set<String> zonesOf(Collection<String> nodes) {
        Set<String> found = new TreeSet<>();
        for (String node : nodes) {
            String zone = zones.get(node);
            if (zone != null) {
                found.add(zone);
            }
        }
        return found;
    }

    /** By namespace and name. */
    public SortedMap<ServiceName, ClusterService> byName() {
        return byName;
    }

    /** The Service, or null. */
    public @Nullable ClusterService get(ServiceName name) {
        return byName.get(name);
    }
}
