package io.shiplog.node.path;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout.PathElement;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/** The few system calls that the JDK does not offer. Numbers are the same on x86-64 and arm64. */
final class Linux {
    static final int EPERM = 1;
    static final int ENOENT = 2;
    static final int EEXIST = 17;
    static final int EXDEV = 18;
    static final int ENOTDIR = 20;
    static final int EINVAL = 22;
    static final int ENOSYS = 38;
    static final int ELOOP = 40;

    static final int AT_FDCWD = -100;
    static final long O_WRONLY = 01;
    static final long O_CREAT = 0100;
    static final long O_EXCL = 0200;
    static final long O_CLOEXEC = 02000000;
    static final long O_PATH = 010000000;

    static final long RESOLVE_NO_MAGICLINKS = 0x02;
    static final long RESOLVE_NO_SYMLINKS = 0x04;
    static final long RESOLVE_BENEATH = 0x08;
    static final long RESOLVE_IN_ROOT = 0x10;

    static final long AT_RECURSIVE = 0x8000;
    static final long MOUNT_ATTR_RDONLY = 0x01;
    static final long MOUNT_ATTR_NOEXEC = 0x08;

    static final long MS_BIND = 1 << 12;
    static final long MS_REC = 1 << 14;
    static final long MS_UNBINDABLE = 1 << 17;
    static final long MS_PRIVATE = 1 << 18;
    static final int MNT_DETACH = 2;

    private static final long SYS_OPENAT2 = 437;
    private static final long SYS_MOUNT_SETATTR = 442;
    /** {@code struct mount_attr}: attributes to set and to clear, propagation, a user namespace, each of 64 bits. */
    private static final long MOUNT_ATTR_BYTES = 32;
    /** {@code struct open_how}: flags, mode and resolve, each of 64 bits. */
    private static final long OPEN_HOW_BYTES = 24;

    private static final Linker LINKER = Linker.nativeLinker();
    private static final Linker.Option ERRNO_KEPT = Linker.Option.captureCallState("errno");
    private static final VarHandle ERRNO =
            Linker.Option.captureStateLayout().varHandle(PathElement.groupElement("errno"));
    private static final MethodHandle SYSCALL = LINKER.downcallHandle(
            LINKER.defaultLookup().findOrThrow("syscall"),
            FunctionDescriptor.of(JAVA_LONG, JAVA_LONG, JAVA_LONG, ADDRESS, ADDRESS, JAVA_LONG),
            Linker.Option.firstVariadicArg(1),
            ERRNO_KEPT);
    private static final MethodHandle SYSCALL_OF_MOUNT = LINKER.downcallHandle(
            LINKER.defaultLookup().findOrThrow("syscall"),
            FunctionDescriptor.of(JAVA_LONG, JAVA_LONG, JAVA_LONG, ADDRESS, JAVA_LONG, ADDRESS, JAVA_LONG),
            Linker.Option.firstVariadicArg(1),
            ERRNO_KEPT);
    private static final MethodHandle MKDIRAT =
            function("mkdirat", FunctionDescriptor.of(JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT));
    private static final MethodHandle MOUNT =
            function("mount", FunctionDescriptor.of(JAVA_INT, ADDRESS, ADDRESS, ADDRESS, JAVA_LONG, ADDRESS));
    private static final MethodHandle UMOUNT2 = function("umount2", FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_INT));
    private static final MethodHandle CLOSE = function("close", FunctionDescriptor.of(JAVA_INT, JAVA_INT));

    private Linux() {}

    private static MethodHandle function(String name, FunctionDescriptor descriptor) {
        return LINKER.downcallHandle(LINKER.defaultLookup().findOrThrow(name), descriptor, ERRNO_KEPT);
    }

    /** A failed system call. */
    static final class ErrnoException extends IOException {
        private static final long serialVersionUID = 1L;
        private final int errno;

        ErrnoException(String call, String path, int errno) {
            super("%s: %s".formatted(path, words(call, errno)));
            this.errno = errno;
        }

        int errno() {
            return errno;
        }

        private static String words(String call, int errno) {
            return switch (errno) {
                case EPERM -> call + " needs root";
                case ENOENT -> "no such file or directory";
                case EEXIST -> "file exists";
                case EXDEV -> "path leads out of its root";
                case ENOTDIR -> "not a directory";
                case ELOOP -> "path goes through a symbolic link";
                case ENOSYS -> call + " is missing: Linux 5.12 or newer is needed";
                default -> "%s failed with errno %d".formatted(call, errno);
            };
        }
    }

    /** @see <a href="https://man7.org/linux/man-pages/man2/openat2.2.html">openat2(2)</a> */
    static int openat2(int at, String path, long flags, int mode, long resolve) throws ErrnoException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment how = arena.allocate(OPEN_HOW_BYTES, Long.BYTES);
            how.setAtIndex(JAVA_LONG, 0, flags | O_CLOEXEC);
            how.setAtIndex(JAVA_LONG, 1, mode);
            how.setAtIndex(JAVA_LONG, 2, resolve);
            MemorySegment errno = arena.allocate(Linker.Option.captureStateLayout());
            long fd = (long) SYSCALL.invokeExact(errno, SYS_OPENAT2, (long) at, text(arena, path), how, OPEN_HOW_BYTES);
            return (int) checked(fd, errno, "openat2", path);
        } catch (ErrnoException e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
    }

    static void mkdirat(int at, String name, int mode) throws ErrnoException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment errno = arena.allocate(Linker.Option.captureStateLayout());
            checked((int) MKDIRAT.invokeExact(errno, at, text(arena, name), mode), errno, "mkdirat", name);
        } catch (ErrnoException e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
    }

    /** @see <a href="https://man7.org/linux/man-pages/man2/mount.2.html">mount(2)</a>, without a file system type */
    static void mount(@Nullable String source, String target, long flags) throws ErrnoException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment errno = arena.allocate(Linker.Option.captureStateLayout());
            MemorySegment from = source == null ? MemorySegment.NULL : text(arena, source);
            int result = (int)
                    MOUNT.invokeExact(errno, from, text(arena, target), MemorySegment.NULL, flags, MemorySegment.NULL);
            checked(result, errno, "mount", target);
        } catch (ErrnoException e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
    }

    /**
     * Sets attributes of a mount.
     *
     * @param flags {@link #AT_RECURSIVE} for the mounts below it too
     * @see <a href="https://man7.org/linux/man-pages/man2/mount_setattr.2.html">mount_setattr(2)</a>
     */
    static void setMount(String target, long flags, long attributes) throws ErrnoException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment attr = arena.allocate(MOUNT_ATTR_BYTES, Long.BYTES);
            attr.setAtIndex(JAVA_LONG, 0, attributes);
            MemorySegment errno = arena.allocate(Linker.Option.captureStateLayout());
            long result = (long) SYSCALL_OF_MOUNT.invokeExact(
                    errno, SYS_MOUNT_SETATTR, (long) AT_FDCWD, text(arena, target), flags, attr, MOUNT_ATTR_BYTES);
            checked(result, errno, "mount_setattr", target);
        } catch (ErrnoException e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
    }

    static void unmount(String target, int flags) throws ErrnoException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment errno = arena.allocate(Linker.Option.captureStateLayout());
            checked((int) UMOUNT2.invokeExact(errno, text(arena, target), flags), errno, "umount2", target);
        } catch (ErrnoException e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
    }

    static void close(int fd) {
        try (Arena arena = Arena.ofConfined()) {
            int ignored = (int) CLOSE.invokeExact(arena.allocate(Linker.Option.captureStateLayout()), fd);
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
    }

    /** C would read only up to the zero byte: another path than the checked one. */
    private static MemorySegment text(Arena arena, String path) throws ErrnoException {
        if (path.indexOf('\0') >= 0) {
            throw new ErrnoException("a path with a zero byte", path.replace("\0", "\\0"), EINVAL);
        }
        return arena.allocateFrom(path);
    }

    private static long checked(long result, MemorySegment errno, String call, String path) throws ErrnoException {
        if (result < 0) {
            throw new ErrnoException(call, path, (int) ERRNO.get(errno, 0L));
        }
        return result;
    }
}
