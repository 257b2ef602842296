package io.shiplog.gateway;

import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.ChannelFactory;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.ServerChannel;
import io.netty.channel.socket.DatagramChannel;
import io.netty.channel.socket.InternetProtocolFamily;
import io.vertx.core.datagram.DatagramSocketOptions;
import io.vertx.core.net.SocketAddress;
import io.vertx.core.net.TcpConfig;
import io.vertx.core.transport.Transport;
import java.util.concurrent.ThreadFactory;
import org.jspecify.annotations.Nullable;

/** Vert.x's own transport, with an {@link AcceptLimit} on listening channels: Vert.x has no option for it. */
record LimitedTransport(Transport transport, AcceptLimit limit)
        implements Transport, io.vertx.core.spi.transport.Transport {

    /** The fastest one on this platform. */
    static LimitedTransport fastest(AcceptLimit limit) {
        Transport fastest = Transport.nativeTransport();
        return new LimitedTransport(fastest != null && fastest.available() ? fastest : Transport.NIO, limit);
    }

    @Override
    public String name() {
        return transport.name();
    }

    @Override
    public boolean available() {
        return transport.available();
    }

    @Override
    public @Nullable Throwable unavailabilityCause() {
        return transport.unavailabilityCause();
    }

    @Override
    public io.vertx.core.spi.transport.Transport implementation() {
        return this;
    }

    private io.vertx.core.spi.transport.Transport inner() {
        return transport.implementation();
    }

    @Override
    public ChannelFactory<? extends ServerChannel> serverChannelFactory(boolean domainSocket) {
        ChannelFactory<? extends ServerChannel> factory = inner().serverChannelFactory(domainSocket);
        return () -> limit.guard(factory.newChannel());
    }

    @Override
    public boolean supportsDomainSockets() {
        return inner().supportsDomainSockets();
    }

    @Override
    public boolean supportFileRegion() {
        return inner().supportFileRegion();
    }

    @Override
    public boolean isAvailable() {
        return inner().isAvailable();
    }

    @Override
    public java.net.SocketAddress convert(SocketAddress address) {
        return inner().convert(address);
    }

    @Override
    public SocketAddress convert(java.net.SocketAddress address) {
        return inner().convert(address);
    }

    @Override
    public IoHandlerFactory ioHandlerFactory() {
        return inner().ioHandlerFactory();
    }

    @Override
    public EventLoopGroup eventLoopGroup(int type, int threads, ThreadFactory factory, int ioRatio) {
        return inner().eventLoopGroup(type, threads, factory, ioRatio);
    }

    @Override
    public DatagramChannel datagramChannel(InternetProtocolFamily family) {
        return inner().datagramChannel(family);
    }

    @Override
    public ChannelFactory<? extends DatagramChannel> datagramChannelFactory() {
        return inner().datagramChannelFactory();
    }

    @Override
    public ChannelFactory<? extends io.netty.channel.Channel> channelFactory(boolean domainSocket) {
        return inner().channelFactory(domainSocket);
    }

    @Override
    public void configure(DatagramChannel channel, DatagramSocketOptions options) {
        inner().configure(channel, options);
    }

    @Override
    public void configure(TcpConfig config, boolean domainSocket, Bootstrap bootstrap) {
        inner().configure(config, domainSocket, bootstrap);
    }

    @Override
    public void configure(TcpConfig config, boolean domainSocket, ServerBootstrap bootstrap) {
        inner().configure(config, domainSocket, bootstrap);
    }
}
