package io.lockstep.lvm.devicemapper;

import io.lockstep.core.port.Devices;
import io.lockstep.core.volume.LvUuid;
import io.lockstep.core.volume.VolumePath;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * The device nodes of a real host.
 *
 * <p>Guarantees: a path on a file system that does not answer (a CD image on a dead NFS server) is not waited for longer than two
 * seconds, and then it is hidden where it leads; paths in other directories are followed all the same.
 */
public final class HostDevices implements Devices {

    private static final int LINKS = 40;
    private static final Duration LIMIT = Duration.ofSeconds(2);

    /** Threads that may hang for one directory; where more paths in it lead is hidden at once. */
    private static final int HANGING = 8;

    /** Threads that may hang in all. */
    private static final int HANGING_IN_ALL = 64;

    /** What is in the way when nothing hangs is gone sooner. */
    private static final Duration OTHERS = Duration.ofMillis(200);

    private final Path root;
    private final Sysfs sysfs;
    private final Map<String, Semaphore> walks = new ConcurrentHashMap<>();
    private final Semaphore allWalks = new Semaphore(HANGING_IN_ALL);

    /** Where a path leads, and why that is not certain. */
    private record Walk(String end, Optional<String> hidden) {

        static Walk to(String end) {
            return new Walk(end, Optional.empty());
        }
    }

    /** @param root of the file system: {@code /}, or elsewhere in tests */
    public HostDevices(Path root) {
        this.root = root;
        this.sysfs = new Sysfs(root);
    }

    @Override
    public String follow(String path) {
        return walked(path).end();
    }

    @Override
    public Optional<String> hidden(String path) {
        return walked(path).hidden();
    }

    private Walk walked(String path) {
        if (!path.startsWith("/") || path.indexOf('\0') >= 0) {
            return Walk.to(path);
        }
        return VolumePath.underDev(path) ? walk(path) : walkElsewhere(path);
    }

    @Override
    public Optional<LvUuid> deviceMapper(int minor) {
        return sysfs.device(minor).flatMap(DmDevice::volume);
    }

    private Walk walkElsewhere(String path) {
        Walk unanswered = new Walk(path, Optional.of("the file system of " + path + " does not answer"));
        Semaphore here = walks.computeIfAbsent(path.substring(0, path.lastIndexOf('/')), d -> new Semaphore(HANGING));
        if (!entered(here)) {
            return unanswered;
        }
        if (!entered(allWalks)) {
            here.release();
            return unanswered;
        }
        CompletableFuture<Walk> walked = new CompletableFuture<>();
        Thread.ofPlatform().daemon().name("follow " + path).start(() -> {
            try {
                walked.complete(walk(path));
            } finally {
                allWalks.release();
                here.release();
                walked.complete(unanswered);
            }
        });
        try {
            return walked.get(LIMIT.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return unanswered;
        } catch (ExecutionException | TimeoutException e) {
            return unanswered;
        }
    }

    private static boolean entered(Semaphore walks) {
        try {
            return walks.tryAcquire(OTHERS.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private Walk walk(String path) {
        try {
            return walk(path, LINKS);
        } catch (IOException e) {
            return new Walk(path, Optional.of("where " + path + " leads cannot be read: " + e));
        } catch (InvalidPathException e) {
            return Walk.to(path);
        }
    }

    /** By hand, so that links are followed below another root too, and also when nothing is at their end. */
    private Walk walk(String path, int linksLeft) throws IOException {
        Deque<String> ahead = new ArrayDeque<>(parts(path));
        List<String> walked = new ArrayList<>();
        int links = 0;
        boolean missing = false;
        while (!ahead.isEmpty()) {
            String part = ahead.removeFirst();
            if (part.equals("..")) {
                if (!walked.isEmpty()) {
                    walked.removeLast();
                }
                continue;
            }
            walked.add(part);
            Path here = root.resolve(String.join("/", walked));
            Optional<BasicFileAttributes> found = attributes(here);
            missing |= found.isEmpty();
            if (found.filter(BasicFileAttributes::isSymbolicLink).isEmpty()) {
                continue;
            }
            if (++links > linksLeft) {
                return Walk.to(path);
            }
            String target = Files.readSymbolicLink(here).toString();
            walked.removeLast();
            if (target.startsWith("/")) {
                walked.clear();
            }
            List<String> next = new ArrayList<>(parts(target));
            Collections.reverse(next);
            next.forEach(ahead::addFirst);
        }
        String end = links == 0 ? path : "/" + String.join("/", walked);
        // A service may have a /home or /tmp of its own; it has no /dev of its own.
        return missing && !VolumePath.underDev(end)
                ? new Walk(end, Optional.of("nothing is visible from here at " + end))
                : Walk.to(end);
    }

    /** Empty when there is nothing. */
    private static Optional<BasicFileAttributes> attributes(Path path) throws IOException {
        try {
            return Optional.of(Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
    }

    private static List<String> parts(String path) {
        List<String> parts = new ArrayList<>();
        for (String part : path.split("/", -1)) {
            if (!part.isEmpty() && !part.equals(".")) {
                parts.add(part);
            }
        }
        return parts;
    }
}
