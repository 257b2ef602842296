package io.shiplog.command.kind.flowcontrol;

import static io.shiplog.command.kind.tree.Trees.defaultNumber;
import static io.shiplog.command.kind.tree.Trees.text;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shiplog.command.kind.DecidedState;
import io.shiplog.command.kind.Kind;
import io.shiplog.command.kind.check.FieldErrors;
import io.shiplog.command.kind.tree.Trees;
import io.shiplog.events.kind.Column;
import io.shiplog.events.kind.KindDescription;
import io.shiplog.events.kind.MetaColumns;
import io.shiplog.events.kind.Scope;
import java.util.List;

/**
 * PriorityLevelConfigurations: how many requests of a level run at the same time, and how many wait.
 *
 * @see <a
 *     href="https://github.com/kubernetes/kubernetes/blob/master/pkg/apis/flowcontrol/validation/validation.go">ValidatePriorityLevelConfiguration</a>
 */
final class PriorityLevelKind implements Kind {
    private static final int SHARES = 30;
    private static final int QUEUES = 64;
    private static final int HAND = 8;
    private static final int QUEUE_LENGTH = 50;
    private static final int MAX_QUEUES = 10_000_000;
    private static final int MAX_HASH_BITS = 60;
    private static final List<String> TYPES = List.of("Exempt", "Limited");
    private static final List<String> RESPONSES = List.of("Queue", "Reject");
    private static final String OLD_ANNOTATION = "flowcontrol.k8s.io/v1beta3-preserve-zero-concurrency-shares";

    private static final List<Column> COLUMNS = List.of(
            MetaColumns.NAME,
            MetaColumns.text(
                    "Type",
                    "`type` indicates whether this priority level is subject to limitation on request execution.",
                    (level, now) -> text(level, "spec", "type")),
            MetaColumns.text(
                    "NominalConcurrencyShares",
                    "`nominalConcurrencyShares` (NCS) contributes to the computation of the NominalConcurrencyLimit (NominalCL)"
                            + " of this level.",
                    (level, now) -> number(Trees.at(level, "spec", "limited", "nominalConcurrencyShares"))),
            queuing("Queues", "queues", "`queues` is the number of queues for this priority level."),
            queuing(
                    "HandSize",
                    "handSize",
                    "`handSize` is a small positive number that configures the shuffle sharding of requests into queues."),
            queuing(
                    "QueueLengthLimit",
                    "queueLengthLimit",
                    "`queueLengthLimit` is the maximum number of requests allowed to be waiting in a given queue of this"
                            + " priority level at a time; excess requests are rejected."),
            MetaColumns.AGE);

    private static Column queuing(String name, String field, String description) {
        return MetaColumns.text(
                name,
                description,
                (level, now) -> number(Trees.at(level, "spec", "limited", "limitResponse", "queuing", field)));
    }

    private static Object number(JsonNode number) {
        return number.isMissingNode() ? MetaColumns.NONE : number.asInt();
    }

    @Override
    public KindDescription description() {
        return KindDescription.draft(
                        FlowControlKinds.GROUP,
                        "v1",
                        "PriorityLevelConfiguration",
                        "prioritylevelconfigurations",
                        Scope.CLUSTER)
                .columns(COLUMNS)
                .subresources("status")
                .done();
    }

    @Override
    public void setDefaults(ObjectNode level) {
        ObjectNode spec = Trees.object(level, "spec");
        if (spec.get("exempt") instanceof ObjectNode exempt) {
            defaultNumber(exempt, "nominalConcurrencyShares", 0);
            defaultNumber(exempt, "lendablePercent", 0);
        }
        if (spec.get("limited") instanceof ObjectNode limited) {
            defaultNumber(limited, "nominalConcurrencyShares", SHARES);
            defaultNumber(limited, "lendablePercent", 0);
            ObjectNode response = Trees.object(limited, "limitResponse");
            if (response.get("queuing") instanceof ObjectNode queuing) {
                Trees.defaultNumberForZero(queuing, "handSize", HAND);
                Trees.defaultNumberForZero(queuing, "queues", QUEUES);
                Trees.defaultNumberForZero(queuing, "queueLengthLimit", QUEUE_LENGTH);
            }
        }
    }

    @Override
    public void prepareForCreate(ObjectNode level, DecidedState state) {
        level.putObject("status");
    }

    @Override
    public void validate(ObjectNode level, FieldErrors errors) {
        if (Trees.at(level, "metadata", "annotations").has(OLD_ANNOTATION)) {
            errors.forbidden("metadata.annotations", "annotation '" + OLD_ANNOTATION + "' is forbidden");
        }
        spec(Trees.name(level), level.path("spec"), errors);
        FlowDefaults.unchanged(level, "PriorityLevelConfiguration", errors);
        FlowSchemaValidation.conditions(level.path("status"), errors);
    }

    private static void spec(String name, JsonNode spec, FieldErrors errors) {
        String type = text(spec, "type");
        boolean limited = spec.path("limited").isObject();
        boolean exempt = spec.path("exempt").isObject();
        if (name.equals("exempt") != type.equals("Exempt")) {
            errors.invalid("spec.type", type, "must be 'Exempt' if and only if `name` is 'exempt'");
        }
        switch (type) {
            case "Exempt" -> {
                if (limited) {
                    errors.forbidden("spec.limited", "must be nil if the type is not Limited");
                }
                if (exempt) {
                    shares(spec.path("exempt"), "spec.exempt", errors);
                    lendable(spec.path("exempt"), "spec.exempt", errors);
                }
            }
            case "Limited" -> {
                if (exempt) {
                    errors.forbidden("spec.exempt", "must be nil if the type is Limited");
                }
                if (limited) {
                    limited(spec.path("limited"), errors);
                } else {
                    errors.required("spec.limited", "must not be empty when type is Limited");
                }
            }
            default -> errors.notSupported("spec.type", type, TYPES);
        }
    }

    private static void shares(JsonNode level, String path, FieldErrors errors) {
        JsonNode shares = level.path("nominalConcurrencyShares");
        if (shares.asInt() < 0) {
            errors.invalid(path + ".nominalConcurrencyShares", shares, "must be a non-negative integer");
        }
    }

    private static void lendable(JsonNode level, String path, FieldErrors errors) {
        JsonNode percent = level.path("lendablePercent");
        if (percent.asInt() < 0 || percent.asInt() > 100) {
            errors.invalid(path + ".lendablePercent", percent, "must be between 0 and 100, inclusive");
        }
    }

    private static void limited(JsonNode limited, FieldErrors errors) {
        String path = "spec.limited";
        shares(limited, path, errors);
        response(limited.path("limitResponse"), path + ".limitResponse", errors);
        lendable(limited, path, errors);
        JsonNode borrowing = limited.path("borrowingLimitPercent");
        if (borrowing.asInt() < 0) {
            errors.invalid(path + ".borrowingLimitPercent", borrowing, "if specified, must be a non-negative integer");
        }
    }

    private static void response(JsonNode response, String path, FieldErrors errors) {
        String type = text(response, "type");
        JsonNode queuing = response.path("queuing");
        switch (type) {
            case "Reject" -> {
                if (queuing.isObject()) {
                    errors.forbidden(path + ".queuing", "must be nil if limited.limitResponse.type is not Limited");
                }
            }
            case "Queue" -> {
                if (queuing.isObject()) {
                    queuing(queuing, path + ".queuing", errors);
                } else {
                    errors.required(path + ".queuing", "must not be empty if limited.limitResponse.type is Limited");
                }
            }
            default -> errors.notSupported(path + ".type", type, RESPONSES);
        }
    }

    private static void queuing(JsonNode queuing, String path, FieldErrors errors) {
        int queues = queuing.path("queues").asInt();
        int hand = queuing.path("handSize").asInt();
        positive(queuing, "queueLengthLimit", path, errors);
        positive(queuing, "queues", path, errors);
        if (queues > MAX_QUEUES) {
            errors.invalid(path + ".queues", queues, "must not be greater than " + MAX_QUEUES);
        }
        positive(queuing, "handSize", path, errors);
        if (hand > 0 && hand > queues) {
            errors.invalid(path + ".handSize", hand, "should not be greater than queues (" + queues + ")");
        } else if (hand > 0 && Math.ceil(Math.log(queues) / Math.log(2) * hand) > MAX_HASH_BITS) {
            errors.invalid(
                    path + ".handSize",
                    hand,
                    "required entropy bits of deckSize %d and handSize %d should not be greater than %d"
                            .formatted(queues, hand, MAX_HASH_BITS));
        }
    }

    private static void positive(JsonNode queuing, String field, String path, FieldErrors errors) {
        if (queuing.path(field).asInt() <= 0) {
            errors.invalid(path + "." + field, queuing.path(field), "must be positive");
        }
    }

    @Override
    public void validateStatusUpdate(ObjectNode level, ObjectNode old, FieldErrors errors) {
        FlowSchemaValidation.conditions(level.path("status"), errors);
    }
}
