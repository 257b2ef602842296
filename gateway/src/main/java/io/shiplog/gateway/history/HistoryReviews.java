package io.shiplog.gateway.history;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shiplog.events.command.CommandPort;
import io.shiplog.events.command.Refusal;
import io.shiplog.events.command.Refusal.Reason;
import io.shiplog.gateway.discovery.VirtualResource;
import io.shiplog.gateway.http.Exchange;
import io.shiplog.gateway.http.RequestBody;
import io.shiplog.gateway.identity.Gatekeeper;
import io.shiplog.gateway.identity.NamespaceBirths;
import io.shiplog.gateway.review.ReviewBody;
import io.shiplog.projections.history.LogHistory;
import io.shiplog.projections.history.Past;
import io.shiplog.projections.image.ImageSource;
import io.shiplog.projections.travel.TimeTravel;
import io.shiplog.projections.watch.SharedLimit;
import java.time.InstantSource;
import java.util.Map;

/**
 * The reviews of history.shiplog.io: like a SubjectAccessReview, each is created, answered and never stored. Besides the right
 * to create it, the caller needs the right to get the objects in question. See docs/adr/0905.
 */
public final class HistoryReviews {
    /** Each may hold tens of megabytes of objects, and keep a processor busy until its deadline. */
    private static final int MAX_QUESTIONS = 16;
    /** One user asks at most one in so many of them. */
    private static final int SHARE = 4;

    private final SharedLimit underWay = new SharedLimit(MAX_QUESTIONS, SHARE);
    private final NamespaceBirths births;
    private final Gatekeeper gatekeeper;
    private final Map<VirtualResource, Question> questions;

    public HistoryReviews(
            LogHistory history,
            TimeTravel images,
            ScheduleExplainer scheduler,
            ImageSource newest,
            CommandPort commands,
            Gatekeeper gatekeeper,
            NamespaceBirths births,
            InstantSource clock) {
        Decisions decisions = new Decisions(images, scheduler);
        Moments moments = new Moments(history, clock);
        this.gatekeeper = gatekeeper;
        this.births = births;
        this.questions = Map.of(
                VirtualResource.BLAME, new BlameQuestion(history, moments),
                VirtualResource.CAUSE, new CauseQuestion(history, moments, decisions),
                VirtualResource.SCHEDULE_REVIEW, new ScheduleQuestion(history, moments, decisions),
                VirtualResource.SEARCH, new SearchQuestion(history, moments, newest, images),
                VirtualResource.UNDO, new UndoQuestion(history, moments, newest, commands, gatekeeper));
    }

    /** Answers a review about the past. */
    public void review(Exchange exchange, VirtualResource which) {
        Question question = questions.get(which);
        if (question == null) {
            throw new IllegalArgumentException(which + " is not a review about the past");
        }
        RequestBody.json(
                exchange,
                body -> exchange.checked(
                        ReviewBody.of(body, which),
                        review -> exchange.whenDone(
                                HistoryAccess.of(gatekeeper, births, exchange, question.verb()),
                                access -> answer(exchange, question, review, access))));
    }

    private void answer(Exchange exchange, Question question, ObjectNode review, HistoryAccess access) {
        boolean dryRun = exchange.query().all("dryRun").contains("All");
        Question.Asked asked = new Question.Asked(
                review.path("spec"),
                exchange.info().namespace(),
                exchange.actor(),
                access,
                exchange.ports().kinds(),
                exchange.fieldManager(),
                dryRun,
                exchange.ports().clock().instant());
        if (!underWay.enter(exchange.actor(), 1)) {
            exchange.refuse(Refusal.of(
                    Reason.TOO_MANY_REQUESTS,
                    "too many questions about the past at the same time, please try again later"));
            return;
        }
        exchange.whenDone(
                Past.ask(() -> {
                    try {
                        return question.answer(asked);
                    } finally {
                        underWay.leave(asked.actor(), 1);
                    }
                }),
                answer -> exchange.checked(answer, status -> {
                    review.set("status", status);
                    exchange.answer(201, review);
                }));
    }
}
