package io.shiplog.node.net.services;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;

import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class ServicesTest {
    private final ScriptedImages images = new ScriptedImages();

    private void changeSomething(Random random) {
        String name = "s" + random.nextInt(4);
        int choice = random.nextInt(5);
        if (choice == 0) {
            images.delete("services", "shop", name);
        } else if (choice == 1) {
            images.delete("endpointslices", "shop", name + "-1");
        } else if (choice == 2) {
            images.put("configmaps", "shop", name, "{'metadata':{}}");
        } else if (choice == 3) {
            images.service("shop", name, "'clusterIP':'10.96.0." + random.nextInt(9) + "','ports':[{'port':80}]");
        } else {
            images.slice("shop", name, "{'port':8080}", "{'addresses':['10.244.1." + (1 + random.nextInt(9)) + "']}");
        }
    }

    /** Whatever was read before, the result is that of the newest image alone. */
    @Test
    void any_sequence_of_images_gives_what_the_last_one_gives() {
        long seed = System.nanoTime();
        System.out.println("ServicesTest seed " + seed);
        Random random = new Random(seed);
        Services services = Services.EMPTY;
        for (int i = 0; i < 500; i++) {
            changeSomething(random);
            if (random.nextInt(3) > 0) {
                services = services.next(images.current());
                assertEquals(Services.of(images.current()).byName(), services.byName());
            }
        }
    }

    @Test
    void a_service_that_did_not_change_is_not_read_again() {
        images.service("shop", "a", "'clusterIP':'10.96.0.1','ports':[{'port':80}]")
                .slice("shop", "a", "{'port':8080}", "{'addresses':['10.244.1.1']}")
                .service("shop", "b", "'clusterIP':'10.96.0.2','ports':[{'port':80}]");
        Services before = Services.of(images.current());
        images.slice("shop", "b", "{'port':8080}", "{'addresses':['10.244.1.2']}");
        Services after = before.next(images.current());
        assertSame(before.get(new ServiceName("shop", "a")), after.get(new ServiceName("shop", "a")));
        assertNotSame(before.get(new ServiceName("shop", "b")), after.get(new ServiceName("shop", "b")));
    }

    @Test
    void a_watch_wakes_for_services_and_slices_only_and_sees_its_start() {
        images.service("shop", "a", "'clusterIP':'10.96.0.1','ports':[{'port':80}]");
        AtomicInteger woken = new AtomicInteger();
        try (ServicesWatch watch = new ServicesWatch(images)) {
            watch.onChange(woken::incrementAndGet);
            assertEquals(1, watch.current().byName().size());
            Services known = watch.current();
            images.put("configmaps", "shop", "x", "{'metadata':{}}");
            assertEquals(0, woken.get());
            assertSame(known, watch.current());
            images.service("shop", "b", "'clusterIP':'10.96.0.2','ports':[{'port':80}]");
            assertEquals(1, woken.get());
            assertEquals(2, watch.current().byName().size());
        }
        images.delete("services", "shop", "a");
        assertEquals(1, woken.get());
    }
}
