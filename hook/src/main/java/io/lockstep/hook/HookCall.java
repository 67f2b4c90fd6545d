package io.lockstep.hook;

import java.io.FileInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The four arguments with which libvirt calls its hook, as the bytes that it passed: a domain's name may be in any characters,
 * and in the C locale, in which libvirt runs its hooks, the JVM replaces all but ASCII in {@code main}'s arguments.
 */
@SuppressWarnings("ArrayRecordComponent") // bytes of an argument, never compared
record HookCall(byte[] name, String operation, byte[] suboperation, byte[] extra) {

    private static final String HEX = "0123456789ABCDEF";

    /** The call of this process. A missing argument is {@code -}, as libvirt writes what it has nothing to say for. */
    static HookCall ofProcess(String[] arguments) {
        byte @Nullable [][] raw = readable(arguments) ? null : readCommandLine(arguments.length);
        byte[][] four = new byte[4][];
        for (int i = 0; i < four.length; i++) {
            String argument = i < arguments.length ? arguments[i] : "-";
            four[i] = raw != null && i < raw.length ? raw[i] : argument.getBytes(StandardCharsets.UTF_8);
        }
        return new HookCall(four[0], new String(four[1], StandardCharsets.UTF_8), four[2], four[3]);
    }

    /** Whether a failure to ask the agent refuses. Of the others libvirt ignores the result, or kills a running guest for it. */
    boolean mayRefuse() {
        return switch (operation) {
            case "release", "reconnect", "stopped" -> false;
            default -> true;
        };
    }

    /** Whether libvirt reads what the hook prints: as the domain's new XML. */
    boolean mayPrint() {
        return operation.equals("migrate");
    }

    boolean mayBypass() {
        return !operation.equals("migrate");
    }

    /** Path and query of the request. */
    String target() {
        StringBuilder target = new StringBuilder("/v1/hook?name=");
        encode(target, name);
        encode(target.append("&operation="), operation.getBytes(StandardCharsets.UTF_8));
        encode(target.append("&suboperation="), suboperation);
        encode(target.append("&extra="), extra);
        return target.toString();
    }

    /** The name as it can be typed in a shell, or a stand-in when it cannot. */
    String typedName() {
        for (byte b : name) {
            if (!isUnreserved(b)) {
                return "DOMAIN";
            }
        }
        return new String(name, StandardCharsets.US_ASCII);
    }

    private static void encode(StringBuilder target, byte[] bytes) {
        for (byte b : bytes) {
            if (isUnreserved(b)) {
                target.append((char) b);
            } else {
                target.append('%').append(HEX.charAt((b >> 4) & 15)).append(HEX.charAt(b & 15));
            }
        }
    }

    private static boolean isUnreserved(byte b) {
        return (b >= 'a' && b <= 'z')
                || (b >= 'A' && b <= 'Z')
                || (b >= '0' && b <= '9')
                || b == '-'
                || b == '.'
                || b == '_';
    }

    /** False when the JVM may have replaced something: it writes a question mark or a character beyond ASCII. */
    private static boolean readable(String[] arguments) {
        for (String argument : arguments) {
            for (int i = 0; i < argument.length(); i++) {
                char c = argument.charAt(i);
                if (c == '?' || c > 126) {
                    return false;
                }
            }
        }
        return true;
    }

    private static byte @Nullable [][] readCommandLine(int count) {
        byte[] line;
        try (FileInputStream in = new FileInputStream("/proc/self/cmdline")) {
            line = in.readAllBytes();
        } catch (IOException e) {
            return null; // no /proc: what the JVM made of the arguments must do
        }
        byte[][] last = new byte[count][];
        int end = line.length - 1; // the position of the zero byte that ends an argument
        for (int i = count - 1; i >= 0; i--) {
            int start = end;
            while (start > 0 && line[start - 1] != 0) {
                start--;
            }
            if (end < 0) {
                return null;
            }
            last[i] = Arrays.copyOfRange(line, start, end);
            end = start - 1;
        }
        return last;
    }
}
