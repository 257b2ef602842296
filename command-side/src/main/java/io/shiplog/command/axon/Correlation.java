package io.shiplog.command.axon;

import io.shiplog.command.decide.Proposal;
import io.shiplog.events.command.CommandRequest;
import java.util.HashMap;
import java.util.Map;
import org.axonframework.messaging.commandhandling.CommandMessage;
import org.axonframework.messaging.core.Context.ResourceKey;
import org.axonframework.messaging.core.MessageHandlerInterceptor;
import org.axonframework.messaging.core.MessageHandlerInterceptorChain;
import org.axonframework.messaging.core.MessageStream;
import org.axonframework.messaging.core.unitofwork.ProcessingContext;

/**
 * Propagates the user and the cause from a command to the messages of its events, and makes a command without a correlation the
 * root of its own chain.
 */
final class Correlation implements MessageHandlerInterceptor<CommandMessage> {
    static final String COMMAND = "commandid";
    static final String CAUSE = "causationid";
    static final String ROOT = "correlationid";
    static final String ACTOR = "actor";

    static final ResourceKey<Map<String, String>> KEY = ResourceKey.withLabel("correlation");

    @Override
    public MessageStream<?> interceptOnHandle(
            CommandMessage message, ProcessingContext context, MessageHandlerInterceptorChain<CommandMessage> chain) {
        if (message.payload() instanceof Proposal proposal) {
            context.putResource(KEY, of(proposal.request()));
        }
        return chain.proceed(message, context);
    }

    private static Map<String, String> of(CommandRequest request) {
        Map<String, String> data = new HashMap<>();
        data.put(COMMAND, request.commandId());
        data.put(ROOT, request.correlationId());
        data.put(ACTOR, request.actor().user());
        if (request.causationId() != null) {
            data.put(CAUSE, request.causationId());
        }
        return data;
    }

    /** A request with a correlation: its own, or itself. */
    static CommandRequest rooted(CommandRequest request) {
        return request.correlationId().isEmpty()
                ? new CommandRequest(
                        request.commandId(),
                        request.actor(),
                        request.causationId(),
                        request.commandId(),
                        request.dryRun(),
                        request.version(),
                        request.fieldManager(),
                        request.command())
                : request;
    }

    /** The correlation of the command in progress. */
    static Map<String, String> in(ProcessingContext context) {
        Map<String, String> noted = context.getResource(KEY);
        return noted == null ? Map.of() : noted;
    }
}
