package io.lockstep.simulator.libvirt;

import java.io.IOException;
import java.io.StringReader;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.BiFunction;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.xml.XMLConstants;
import javax.xml.parsers.DocumentBuilder;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.Node;
import org.xml.sax.InputSource;
import org.xml.sax.SAXException;
import org.xml.sax.SAXParseException;
import org.xml.sax.helpers.DefaultHandler;

/** A domain's XML, kept as the text it was given in so that whatever a hook added to it comes back unchanged. */
final class GuestXml {

    private static final Pattern ROOT = Pattern.compile("<domain\\b[^>]*>");
    private static final Pattern ID = Pattern.compile("\\s+id=(?:'[^']*'|\"[^\"]*\")");
    private static final Pattern DISK = Pattern.compile("(?s)[ \\t]*<disk\\b.*?</disk>\\s*?\\n?");

    private static final Pattern MIRROR =
            Pattern.compile("(?s)[ \\t]*<mirror\\b.*?(?<source><source\\b[^>]*/>).*?</mirror>\\s*?\\n?");

    /** Making one costs more than parsing a guest with it. */
    private static final ThreadLocal<DocumentBuilder> BUILDER = ThreadLocal.withInitial(GuestXml::builder);

    private final String text;
    private final Element root;

    private GuestXml(String text, Element root) {
        this.text = text;
        this.root = root;
    }

    static GuestXml parse(String text) throws LibvirtException {
        String stripped = text.strip();
        if (!stripped.startsWith("<")) {
            throw new LibvirtException("at line 1: Start tag expected, '<' not found\n"
                    + stripped.lines().findFirst().orElse("") + "\n^");
        }
        try {
            DocumentBuilder builder = BUILDER.get();
            Document document = builder.parse(new InputSource(new StringReader(stripped)));
            Element root = document.getDocumentElement();
            if (!root.getNodeName().equals("domain")) {
                throw new LibvirtException(
                        "XML error: unexpected root element <" + root.getNodeName() + ">, expecting <domain>");
            }
            GuestXml xml = new GuestXml(stripped, root);
            xml.name();
            xml.uuid();
            return xml;
        } catch (SAXParseException e) {
            throw new LibvirtException("at line " + e.getLineNumber() + ": " + e.getMessage());
        } catch (SAXException | IOException e) {
            throw new LibvirtException("XML error: " + e.getMessage());
        }
    }

    private static DocumentBuilder builder() {
        try {
            DocumentBuilderFactory factory = DocumentBuilderFactory.newDefaultInstance();
            factory.setFeature(XMLConstants.FEATURE_SECURE_PROCESSING, true);
            factory.setFeature("http://apache.org/xml/features/disallow-doctype-decl", true);
            DocumentBuilder builder = factory.newDocumentBuilder();
            builder.setErrorHandler(new DefaultHandler());
            return builder;
        } catch (ParserConfigurationException e) {
            throw new IllegalStateException(e);
        }
    }

    String text() {
        return text;
    }

    String name() throws LibvirtException {
        return child(root, "name")
                .map(Element::getTextContent)
                .orElseThrow(() -> new LibvirtException("XML error: no domain name"));
    }

    UUID uuid() throws LibvirtException {
        String uuid =
                child(root, "uuid").map(Element::getTextContent).orElse("").strip();
        try {
            return UUID.fromString(uuid);
        } catch (IllegalArgumentException e) {
            throw new LibvirtException("XML error: malformed uuid element");
        }
    }

    /**
     * Every file that qemu opens: disks in the XML's order, each followed by its backing files.
     *
     * @param pools resolves a volume of a storage pool to its path
     */
    List<Disk> disks(BiFunction<String, String, Optional<String>> pools) {
        List<Disk> disks = new ArrayList<>();
        for (Element disk : children(child(root, "devices"), "disk")) {
            boolean readOnly = child(disk, "readonly").isPresent()
                    || disk.getAttribute("device").equals("cdrom");
            boolean shareable = child(disk, "shareable").isPresent();
            String target =
                    child(disk, "target").map(t -> t.getAttribute("dev")).orElse("");
            source(disk, pools).ifPresent(s -> disks.add(new Disk(s, target, readOnly, shareable)));
            Optional<Element> backing = child(disk, "backingStore");
            while (backing.isPresent()) {
                source(backing.get(), pools).ifPresent(s -> disks.add(new Disk(s, "", true, false)));
                backing = child(backing.get(), "backingStore");
            }
        }
        return disks;
    }

    private static Optional<String> source(Element disk, BiFunction<String, String, Optional<String>> pools) {
        return child(disk, "source").flatMap(source -> {
            if (source.hasAttribute("dev")) {
                return Optional.of(source.getAttribute("dev"));
            }
            if (source.hasAttribute("file")) {
                return Optional.of(source.getAttribute("file"));
            }
            return source.hasAttribute("pool")
                    ? pools.apply(source.getAttribute("pool"), source.getAttribute("volume"))
                    : Optional.empty();
        });
    }

    /** The live XML of an active domain names its id; what hooks get at {@code stopped} and {@code release} does not. */
    String withId(int id) {
        return ROOT.matcher(withoutId(text)).replaceFirst(found -> {
            String tag = found.group();
            return Matcher.quoteReplacement(tag.substring(0, tag.length() - 1) + " id='" + id + "'>");
        });
    }

    static String withoutId(String text) {
        return ROOT.matcher(text)
                .replaceFirst(found ->
                        Matcher.quoteReplacement(ID.matcher(found.group()).replaceFirst("")));
    }

    /** The id of a live domain, {@code -} when it has none. */
    static String id(String text) {
        Matcher root = ROOT.matcher(text);
        Matcher id = ID.matcher(root.find() ? root.group() : "");
        return id.find() ? id.group().replaceAll("[^0-9]", "") : "-";
    }

    /** @param element a {@code <disk>} as it is to stand in the XML */
    String withDisk(String element) {
        int devices = text.lastIndexOf("</devices>");
        int line = text.lastIndexOf('\n', devices) + 1;
        return text.substring(0, line) + element.stripTrailing() + "\n" + text.substring(line);
    }

    /** With a copy of a disk under way to another file. @return empty when no disk has this target */
    Optional<String> withMirror(String target, String destination) {
        String mirror =
                "      <mirror type='block' job='copy' ready='yes'>\n        <format type='raw'/>\n        <source dev='"
                        + destination + "'/>\n      </mirror>\n";
        return changedDisk(target, disk -> {
            int at = disk.lastIndexOf('\n', disk.indexOf("<target")) + 1;
            return disk.substring(0, at) + mirror + disk.substring(at);
        });
    }

    /** With the copy ended, and the guest on its destination when it pivots. @return empty when no disk has this target */
    Optional<String> withoutMirror(String target, boolean pivot) {
        return changedDisk(target, disk -> {
            Matcher mirror = MIRROR.matcher(disk);
            if (!mirror.find()) {
                return disk;
            }
            String without = disk.substring(0, mirror.start()) + disk.substring(mirror.end());
            return pivot
                    ? without.replaceFirst("<source\\b[^>]*/>", Matcher.quoteReplacement(mirror.group("source")))
                    : without;
        });
    }

    private Optional<String> changedDisk(String target, UnaryOperator<String> change) {
        Matcher disk = DISK.matcher(text);
        while (disk.find()) {
            if (named(target).matcher(disk.group()).find()) {
                return Optional.of(
                        text.substring(0, disk.start()) + change.apply(disk.group()) + text.substring(disk.end()));
            }
        }
        return Optional.empty();
    }

    private static Pattern named(String target) {
        return Pattern.compile("<target\\s[^>]*dev=['\"]" + Pattern.quote(target) + "['\"]");
    }

    /** The disk of a {@code <disk>} element, with the files below it. */
    static List<Disk> disksOf(String element, BiFunction<String, String, Optional<String>> pools)
            throws LibvirtException {
        List<Disk> disks = parse("<domain><name>x</name><uuid>" + new UUID(0, 0) + "</uuid><devices>"
                        + element.replaceFirst("^\\s*<\\?xml[^>]*>", "") + "</devices></domain>")
                .disks(pools);
        if (disks.isEmpty() || disks.getFirst().target().isEmpty()) {
            throw new LibvirtException("XML error: missing source or target information for disk");
        }
        return disks;
    }

    /** @return empty when no disk has this target */
    Optional<String> withoutDisk(String target) {
        return changedDisk(target, disk -> "");
    }

    /** libvirt compares what a guest could notice; disk sources and metadata are not part of that. */
    void requireSameGuest(GuestXml other) throws LibvirtException {
        if (!name().equals(other.name())) {
            throw new LibvirtException("unsupported configuration: Target domain name '" + other.name()
                    + "' does not match source '" + name() + "'");
        }
        if (!uuid().equals(other.uuid())) {
            throw new LibvirtException("unsupported configuration: Target domain uuid " + other.uuid()
                    + " does not match source " + uuid());
        }
        int mine = children(child(root, "devices"), "disk").size();
        int theirs = children(child(other.root, "devices"), "disk").size();
        if (mine != theirs) {
            throw new LibvirtException(
                    "unsupported configuration: Target domain disk count " + theirs + " does not match source " + mine);
        }
    }

    private static Optional<Element> child(Element parent, String name) {
        return children(Optional.of(parent), name).stream().findFirst();
    }

    private static List<Element> children(Optional<Element> parent, String name) {
        List<Element> found = new ArrayList<>();
        parent.ifPresent(element -> {
            for (Node node = element.getFirstChild(); node != null; node = node.getNextSibling()) {
                if (node instanceof Element child && child.getNodeName().equals(name)) {
                    found.add(child);
                }
            }
        });
        return found;
    }
}
