package io.shiplog.node.engine.docker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.async.ResultCallback;
import com.github.dockerjava.api.command.EventsCmd;
import io.shiplog.node.engine.ContainerEngine.EventReader;
import java.io.Closeable;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class DockerEventsTest {
    private final AtomicInteger requests = new AtomicInteger();

    @Test
    void givenAnEngineThatIsDown_whenItComesBack_thenTheStreamIsOpenedAgain() throws InterruptedException {
        int failures = 3;
        CountDownLatch opened = new CountDownLatch(1);
        EventReader reader = new EventReader() {
            @Override
            public void onContainer(String id, Map<String, String> labels) {}

            @Override
            public void onGap() {
                opened.countDown();
            }
        };

        DockerEvents events = DockerEvents.follow(engineThatFails(failures), Map.of(), reader, Duration.ZERO);

        assertTrue(opened.await(30, TimeUnit.SECONDS), "the stream stays closed");
        assertEquals(failures + 1, requests.get());
        events.close();
    }

    private DockerClient engineThatFails(int failures) {
        EventsCmd[] command = new EventsCmd[1];
        command[0] = proxy(EventsCmd.class, (method, arguments) -> {
            if (!method.equals("exec")) {
                return command[0];
            }
            ResultCallback<?> callback = (ResultCallback<?>) arguments[0];
            if (requests.incrementAndGet() <= failures) {
                callback.onError(new IOException("No such file or directory"));
            } else {
                callback.onStart((Closeable) () -> {});
            }
            return callback;
        });
        return proxy(DockerClient.class, (method, arguments) -> command[0]);
    }

    private interface Answer {
        Object to(String method, Object[] arguments);
    }

    private static <T> T proxy(Class<T> type, Answer answer) {
        return type.cast(Proxy.newProxyInstance(
                type.getClassLoader(),
                new Class<?>[] {type},
                (proxy, method, arguments) -> answer.to(method.getName(), arguments)));
    }
}
