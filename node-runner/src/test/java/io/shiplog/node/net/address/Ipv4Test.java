package io.shiplog.node.net.address;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class Ipv4Test {
    @ParameterizedTest
    @ValueSource(strings = {"0.0.0.0", "10.244.1.7", "127.0.0.1", "192.168.255.254", "255.255.255.255"})
    void what_is_read_is_written_again(String text) {
        assertEquals(text, Ipv4.of(text).toString());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                ".",
                "1.2.3",
                "1.2.3.4.5",
                "1.2.3.256",
                "1.2.3.-1",
                "01.2.3.4",
                "1.2.3.4 ",
                "1.2.3.4/32",
                "a.b.c.d",
                "::1",
                "1.2.3.4 }; flush ruleset",
                "1..2.3",
                "1.2.3.1234",
                "1.2.3.٣"
            })
    void anything_else_is_no_address(String text) {
        assertNull(Ipv4.parse(text));
        assertThrows(IllegalArgumentException.class, () -> Ipv4.of(text));
    }

    @ParameterizedTest
    @CsvSource({
        "10.0.0.1,true",
        "200.1.1.1,true",
        "0.0.0.0,false",
        "0.1.2.3,false",
        "127.8.9.1,false",
        "224.0.0.1,false",
        "255.255.255.255,false"
    })
    void only_some_may_be_another_machines(String address, boolean unicast) {
        assertEquals(unicast, Ipv4.of(address).isUnicast());
    }

    @Test
    void order_is_that_of_the_numbers_not_of_the_signs() {
        assertTrue(Ipv4.of("200.0.0.1").compareTo(Ipv4.of("10.0.0.1")) > 0);
        assertEquals(Ipv4.of("10.1.0.0"), Ipv4.of("10.0.255.255").plus(1));
    }

    @Test
    void a_range_contains_its_ends_and_nothing_beyond() {
        Ipv4Range range = Ipv4Range.of("10.244.1.0/24");
        assertTrue(range.contains(Ipv4.of("10.244.1.0")));
        assertTrue(range.contains(Ipv4.of("10.244.1.255")));
        assertFalse(range.contains(Ipv4.of("10.244.2.0")));
        assertFalse(range.contains(Ipv4.of("10.244.0.255")));
        assertTrue(Ipv4Range.of("0.0.0.0/0").contains(Ipv4.of("255.1.2.3")));
        assertTrue(Ipv4Range.of("1.2.3.4/32").contains(Ipv4.of("1.2.3.4")));
    }

    @ParameterizedTest
    @CsvSource({
        "10.0.0.0/8,10.96.0.0/12,true",
        "10.96.0.0/12,10.0.0.0/8,true",
        "10.244.0.0/16,10.96.0.0/12,false",
        "10.96.0.0/12,10.112.0.0/16,false",
        "10.1.0.0/16,10.1.0.0/16,true"
    })
    void ranges_overlap_if_one_begins_in_the_other(String a, String b, boolean overlap) {
        assertEquals(overlap, Ipv4Range.of(a).overlaps(Ipv4Range.of(b)));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "10.244.1.0",
                "10.244.1.0/33",
                "10.244.1.0/-1",
                "10.244.1.1/24",
                "10.244.1.0/",
                "x/24",
                "10.244.1.0/2x"
            })
    void what_is_no_range_is_refused(String text) {
        assertThrows(IllegalArgumentException.class, () -> Ipv4Range.of(text));
    }
}
