package io.shiplog.node.net;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.shiplog.node.net.address.Ipv4;
import io.shiplog.node.net.address.Ipv4Range;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class IpamTest {
    private static final Ipv4Range RANGE = Ipv4Range.of("10.244.1.0/29");

    private static Ipv4 ip(int last) {
        return Ipv4.of("10.244.1." + last);
    }

    @Test
    void the_first_address_is_behind_the_gateway() {
        assertEquals(ip(2), Ipam.of(RANGE, List.of()).next());
    }

    @Test
    void an_address_rests_before_it_is_given_again() {
        Ipam ipam = Ipam.of(RANGE, List.of()).take(ip(2)).free(ip(2));
        assertEquals(ip(3), ipam.next());
        assertEquals(ip(2), ipam.take(ip(6)).next());
    }

    @Test
    void what_is_attached_is_never_given_and_other_nodes_addresses_do_not_matter() {
        Ipam ipam = Ipam.of(RANGE, List.of(ip(2), ip(3), Ipv4.of("10.244.2.4")));
        assertEquals(ip(4), ipam.next());
    }

    @Test
    void a_full_range_gives_nothing_until_one_is_freed() {
        Ipam full = Ipam.of(RANGE, List.of(ip(2), ip(3), ip(4), ip(5), ip(6)));
        assertNull(full.next());
        assertEquals(ip(4), full.free(ip(4)).next());
    }

    @Test
    void network_gateway_and_broadcast_are_nobodys_and_no_address_is_given_twice() {
        long seed = System.nanoTime();
        System.out.println("IpamTest seed " + seed);
        Random random = new Random(seed);
        Ipam ipam = Ipam.of(RANGE, List.of());
        Set<Ipv4> held = new HashSet<>();
        for (int i = 0; i < 2_000; i++) {
            Ipv4 next = ipam.next();
            if (next == null || (random.nextBoolean() && !held.isEmpty())) {
                Ipv4 gone = new ArrayList<>(held).get(random.nextInt(held.size()));
                held.remove(gone);
                ipam = ipam.free(gone);
            } else {
                assertTrue(held.add(next), () -> next + " twice");
                assertTrue(next.compareTo(ip(2)) >= 0 && next.compareTo(ip(6)) <= 0, next::toString);
                ipam = ipam.take(next);
            }
            if (random.nextInt(10) == 0) {
                ipam = Ipam.of(RANGE, held);
            }
        }
    }

    @Test
    void a_pods_interface_carries_its_address_in_its_name_within_fifteen_characters() {
        LinkNames names = new LinkNames("some-cluster-with-a-very-long-name-indeed");
        String name = names.pod(Ipv4.of("192.168.10.200"));
        assertEquals(15, name.length());
        assertEquals(Ipv4.of("192.168.10.200"), Objects.requireNonNull(names.addressIn(name)));
        assertNull(names.addressIn(names.bridge(RANGE)));
        assertNull(names.addressIn("eth0"));
        assertNotNull(names.addressIn(names.podPrefix() + "0af40105"));
        assertNull(names.addressIn(names.podPrefix() + "0af4010"));
    }

    @Test
    void clusters_are_told_apart_by_alias_even_where_hashes_collide() {
        LinkNames one = new LinkNames("one");
        assertTrue(one.owns(one.nameServer(), one.alias("")));
        assertTrue(one.owns(one.nameServer(), one.alias("node=x")));
        assertEquals(false, one.owns(one.nameServer(), new LinkNames("one-more").alias("")));
        assertEquals(false, one.owns("eth0", one.alias("")));
    }
}
