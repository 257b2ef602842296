package io.shiplog.gateway;

import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.net.impl.ConnectionBase;
import java.util.UUID;

/**
 * Lets a POST leave HTTP. kubectl before 1.31, and every later one whose WebSocket was refused, opens its streams so; Vert.x upgrades GET
 * alone. A POST that asks for another protocol becomes a GET that says what it was, before Vert.x sees it. Clients cannot say so: what they
 * send under the header's name is removed on HTTP/1, and on every protocol counts for nothing without the secret of this process.
 */
@Sharable
final class PostedUpgrades extends ChannelInboundHandlerAdapter {
    static final String WAS = "shiplog-method";

    /** What the header holds on a request that was a POST. New in each process, from a secure random source; never sent to anyone. */
    private static final String POSTED = UUID.randomUUID().toString();

    /** Vert.x's own handler in the pipeline of a connection. */
    private static final String VERTX = "handler";

    static final PostedUpgrades ALL = new PostedUpgrades();

    private PostedUpgrades() {}

    /** Watches a new connection. */
    static void on(HttpConnection connection) {
        if (connection instanceof ConnectionBase base) {
            ChannelPipeline pipeline = base.channel().pipeline();
            if (pipeline.get(VERTX) != null) {
                pipeline.addBefore(VERTX, null, ALL);
            }
        }
    }

    /** The method as the client sent it. */
    static String method(HttpServerRequest request) {
        boolean posted = request.version() != HttpVersion.HTTP_2 && POSTED.equals(request.getHeader(WAS));
        return posted ? HttpMethod.POST.name() : request.method().name();
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        if (message instanceof HttpRequest request) {
            request.headers().remove(WAS);
            if (request.method().equals(HttpMethod.POST) && request.headers().contains(HttpHeaderNames.UPGRADE)) {
                request.setMethod(HttpMethod.GET);
                request.headers().set(WAS, POSTED);
            }
        }
        context.fireChannelRead(message);
    }
}
