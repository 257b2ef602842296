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
import io.vertx.core.net.impl.ConnectionBase;

/**
 * Lets a POST leave HTTP. kubectl before 1.31, and every later one whose WebSocket was refused, opens its streams so; Vert.x upgrades GET
 * alone. A POST that asks for another protocol becomes a GET that says what it was, before Vert.x sees it; clients cannot say so.
 */
@Sharable
final class PostedUpgrades extends ChannelInboundHandlerAdapter {
    private static final String WAS = "shiplog-method";
    /** Vert.x's own handler in the pipeline of a connection. */
    private static final String VERTX = "handler";

    private static final PostedUpgrades ALL = new PostedUpgrades();

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
        String was = request.getHeader(WAS);
        return was == null ? request.method().name() : was;
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        if (message instanceof HttpRequest request) {
            request.headers().remove(WAS);
            if (request.method().equals(HttpMethod.POST) && request.headers().contains(HttpHeaderNames.UPGRADE)) {
                request.setMethod(HttpMethod.GET);
                request.headers().set(WAS, HttpMethod.POST.name());
            }
        }
        context.fireChannelRead(message);
    }
}
