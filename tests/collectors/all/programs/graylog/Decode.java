import com.fasterxml.jackson.databind.ObjectMapper;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.time.ZonedDateTime;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import org.graylog.integrations.ipfix.InformationElementDefinitions;
import org.graylog.integrations.ipfix.IpfixParser;
import org.graylog.integrations.ipfix.TemplateRecord;
import org.graylog.plugins.netflow.v5.NetFlowV5Packet;
import org.graylog.plugins.netflow.v5.NetFlowV5Parser;
import org.graylog.plugins.netflow.v5.NetFlowV5Record;
import org.graylog.plugins.netflow.v9.NetFlowV9BaseRecord;
import org.graylog.plugins.netflow.v9.NetFlowV9FieldTypeRegistry;
import org.graylog.plugins.netflow.v9.NetFlowV9OptionTemplate;
import org.graylog.plugins.netflow.v9.NetFlowV9Packet;
import org.graylog.plugins.netflow.v9.NetFlowV9Parser;
import org.graylog.plugins.netflow.v9.NetFlowV9Template;

/**
 * Prints what Graylog's decoders make of each flow, as JSON. Datagrams are lines of hexadecimal digits. As its codecs
 * do, it keeps templates, and decodes the sets of an IPFIX message with those of earlier ones.
 */
public class Decode {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Map<Integer, NetFlowV9Template> V9_TEMPLATES = new HashMap<>();
  private static final Map<Integer, TemplateRecord> IPFIX_TEMPLATES = new HashMap<>();
  private static NetFlowV9OptionTemplate optionTemplate;
  private static NetFlowV9FieldTypeRegistry registry;
  private static IpfixParser ipfix;

  public static void main(String[] args) throws Exception {
    registry = NetFlowV9FieldTypeRegistry.create();
    ipfix =
        new IpfixParser(
            new InformationElementDefinitions(
                IpfixParser.class.getResource("/ipfix-iana-elements.json")));
    var lines = new BufferedReader(new InputStreamReader(System.in));
    for (String line = lines.readLine(); line != null; line = lines.readLine()) {
      byte[] datagram = HexFormat.of().parseHex(line.trim());
      ByteBuf bytes = Unpooled.wrappedBuffer(datagram);
      switch (datagram[1]) {
        case 5 -> v5(NetFlowV5Parser.parsePacket(bytes));
        case 9 -> v9(NetFlowV9Parser.parsePacket(bytes, registry, V9_TEMPLATES, optionTemplate));
        default -> ipfix(ipfix.shallowParseMessage(bytes));
      }
    }
  }

  private static void v5(NetFlowV5Packet packet) throws Exception {
    var header = packet.header();
    long now = header.unixSecs() * 1000 + header.unixNsecs() / 1_000_000;
    for (NetFlowV5Record record : packet.records()) {
      var fields = new HashMap<String, Object>();
      fields.put("boot", now - header.sysUptime());
      fields.put("src_addr", record.srcAddr());
      fields.put("dst_addr", record.dstAddr());
      fields.put("src_port", record.srcPort());
      fields.put("dst_port", record.dstPort());
      fields.put("protocol", record.protocol());
      fields.put("tcp_flags", record.tcpFlags());
      fields.put("packets", record.packetCount());
      fields.put("bytes", record.octetCount());
      fields.put("first", record.first());
      fields.put("last", record.last());
      print(fields);
    }
  }

  private static void v9(NetFlowV9Packet packet) throws Exception {
    for (NetFlowV9Template template : packet.templates()) {
      V9_TEMPLATES.put(template.templateId(), template);
    }
    if (packet.optionTemplate() != null) optionTemplate = packet.optionTemplate();
    var header = packet.header();
    for (NetFlowV9BaseRecord record : packet.records()) {
      var fields = new HashMap<String, Object>(record.fields());
      fields.put("boot", header.unixSecs() * 1000 - header.sysUptime());
      print(fields);
    }
  }

  private static void ipfix(IpfixParser.MessageDescription message) throws Exception {
    for (var record : message.templateRecords()) {
      var template = ipfix.parseTemplateRecord(Unpooled.wrappedBuffer(record.getRecordBytes()));
      IPFIX_TEMPLATES.put(template.templateId(), template);
    }
    for (var set : message.dataSets()) {
      var template = IPFIX_TEMPLATES.get(set.templateId());
      // Options data has templates of its own.
      if (template == null) continue;
      var content = Unpooled.wrappedBuffer(set.content());
      for (var flow : ipfix.parseDataSet(template.informationElements(), IPFIX_TEMPLATES, content)) {
        print(new HashMap<>(flow.fields()));
      }
    }
  }

  private static Object plain(Object value) {
    if (value instanceof InetAddress address) return address.getHostAddress();
    if (value instanceof ZonedDateTime time) return time.toInstant().toEpochMilli();
    return value;
  }

  private static void print(Map<String, Object> fields) throws Exception {
    fields.replaceAll((name, value) -> plain(value));
    fields.values().removeIf(value -> !(value instanceof Number || value instanceof String));
    System.out.println(JSON.writeValueAsString(fields));
  }
}
