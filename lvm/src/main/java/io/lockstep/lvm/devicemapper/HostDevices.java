package io.lockstep.lvm.devicemapper;

import io.lockstep.core.port.Devices;
import io.lockstep.core.volume.LvUuid;
import io.lockstep.core.volume.VolumePath;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * The device nodes of a real host.
 *
 * <p>Guarantee: a path on a file system that does not answer (a CD image on a dead NFS server) is not waited for longer than two
 * seconds, and is then no link.
 */
public final class HostDevices implements Devices {

    private static final int LINKS = 40;
    private static final Duration LIMIT = Duration.ofSeconds(2);

    /** Threads that may hang in file systems that do not answer; more paths there are taken for no links at once. */
    private static final int HANGING = 8;

    private final Path root;
    private final Sysfs sysfs;
    private final Semaphore walks = new Semaphore(HANGING);

    /** @param root of the file system: {@code /}, or elsewhere in tests */
    public HostDevices(Path root) {
        this.root = root;
        this.sysfs = new Sysfs(root);
    }

    @Override
    public String follow(String path) {
        if (!path.startsWith("/") || path.indexOf('\0') >= 0) {
            return path;
        }
        return VolumePath.underDev(path) ? walk(path) : walkElsewhere(path);
    }

    @Override
    public Optional<LvUuid> deviceMapper(int minor) {
        return sysfs.device(minor).flatMap(DmDevice::volume);
    }

    private String walkElsewhere(String path) {
        if (!walks.tryAcquire()) {
            return path;
        }
        CompletableFuture<String> walked = new CompletableFuture<>();
        Thread.ofPlatform().daemon().name("follow " + path).start(() -> {
            try {
                walked.complete(walk(path));
            } finally {
                walks.release();
                walked.complete(path);
            }
        });
        try {
            return walked.get(LIMIT.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return path;
        } catch (ExecutionException | TimeoutException e) {
            return path;
        }
    }

    private String walk(String path) {
        try {
            return walk(path, LINKS);
        } catch (IOException | InvalidPathException e) {
            return path;
        }
    }

    /** By hand, so that links are followed below another root too, and also when nothing is at their end. */
    private String walk(String path, int linksLeft) throws IOException {
        Deque<String> ahead = new ArrayDeque<>(parts(path));
        List<String> walked = new ArrayList<>();
        int links = 0;
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
            if (!Files.isSymbolicLink(here)) {
                continue;
            }
            if (++links > linksLeft) {
                return path;
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
        return links == 0 ? path : "/" + String.join("/", walked);
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
