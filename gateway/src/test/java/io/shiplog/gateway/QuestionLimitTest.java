package io.shiplog.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.shiplog.projections.access.Access;
import io.shiplog.projections.access.Authorizer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Sixteen questions about the past at the same time, four of one user. */
@Timeout(60)
class QuestionLimitTest extends ClusterTest {
    private static final int QUESTIONS = 16;
    private static final int OF_ONE_USER = 4;
    private static final String PODS = "/api/v1/namespaces/shop/pods";
    private static final String REVIEWS = "/apis/history.shiplog.io/v1/namespaces/shop/schedulereviews";
    private static final String ABOUT_P = "{\"spec\":{\"pod\":{\"name\":\"p\"}}}";
    private static final String TOO_MANY = "too many questions about the past at the same time, please try again later";

    private final Semaphore asked = new Semaphore(0);
    private final CountDownLatch answers = new CountDownLatch(1);
    private final List<Future<Integer>> waiting = new ArrayList<>();

    @Override
    Authorizer authorizer() {
        return (image, request) -> new Access(true, "");
    }

    private void givenAPodWhoseQuestionsWait() {
        admin.post(PODS, "{\"kind\":\"Pod\",\"apiVersion\":\"v1\",\"metadata\":{\"name\":\"p\"}}")
                .is(201);
        cluster.beforeExplaining = () -> {
            asked.release();
            try {
                answers.await();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        };
    }

    private Api user(String name) {
        return Api.withCertificate(cluster, cluster.pki.issue(name, "CN=" + name));
    }

    private void ask(Api user, ExecutorService threads, int times) throws InterruptedException {
        for (int i = 0; i < times; i++) {
            waiting.add(threads.submit(() -> user.post(REVIEWS, ABOUT_P).code()));
        }
        asked.acquire(times);
    }

    @Test
    void beyondItsShareAUserIsRefused_beyondTheLimitEveryoneButMasters_andPlacesReturn() throws Exception {
        givenAPodWhoseQuestionsWait();
        List<Api> users = new ArrayList<>();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
                Api last = user("last")) {
            for (int i = 0; i < QUESTIONS / OF_ONE_USER; i++) {
                users.add(user("user-" + i));
                ask(users.getLast(), threads, OF_ONE_USER);
                users.getLast().post(REVIEWS, ABOUT_P).refuses(429, "TooManyRequests", TOO_MANY);
            }
            last.post(REVIEWS, ABOUT_P).refuses(429, "TooManyRequests", TOO_MANY);
            ask(admin, threads, 1);

            answers.countDown();

            for (Future<Integer> each : waiting) {
                assertEquals(201, each.get());
            }
            last.post(REVIEWS, ABOUT_P).is(201);
            users.getFirst().post(REVIEWS, ABOUT_P).is(201);
        } finally {
            answers.countDown();
            users.forEach(Api::close);
        }
    }

    @Test
    void aQuestionThatFailsOrIsRefusedGivesItsPlaceBack() {
        givenAPodWhoseQuestionsWait();
        cluster.beforeExplaining = () -> {
            throw new IllegalStateException("a fault of the scheduler");
        };
        try (Api user = user("user")) {
            for (int i = 0; i < QUESTIONS; i++) {
                user.post(REVIEWS, ABOUT_P).is(500);
                user.post(REVIEWS, "{\"spec\":{}}").is(400);
            }
            cluster.beforeExplaining = () -> {};
            user.post(REVIEWS, ABOUT_P).is(201);
        }
    }
}
